namespace Sweep.Grains;

/// <summary>
/// The place a worker fills: its name without the instance, <c>silo/device-slot</c>. One worker at a time stands in a slot, so a new
/// instance proves that the former one is gone, and its stage need not wait for a lease to run out. Silos keep their names over
/// a restart for this.
/// </summary>
public readonly record struct WorkerSlot(string Name)
{
    public static WorkerSlot Of(string worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var instance = worker.LastIndexOf('/');
        return new WorkerSlot(instance < 0 ? worker : worker[..instance]);
    }

    public override string ToString() => Name;
}
