namespace Sweep.Scheduling;

/// <summary>
/// A device as the queue tells it from others: by its own name where it has one, so that two silos that call it differently share it; else
/// by its silo and what that calls it.
/// </summary>
internal readonly record struct DevicePlace(string Silo, string Device, string? Id)
{
    public static DevicePlace Of(WorkerReport report) => new(report.Silo, report.Device, report.DeviceId);

    public bool Equals(DevicePlace other) => Id is null && other.Id is null ? (Silo, Device) == (other.Silo, other.Device) : Id == other.Id;

    public override int GetHashCode() => Id is null ? HashCode.Combine(Silo, Device) : Id.GetHashCode(StringComparison.Ordinal);
}
