using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>Whether a stage has room on a device beside those that run there.</summary>
public enum MemoryFit
{
    Fits,

    /// <summary>It will, once engine processes that idle there have given back what their allocators keep.</summary>
    AfterGivingBack,

    /// <summary>Not before another stage ends.</summary>
    Full,
}

/// <summary>
/// The memory of a device, as one idle worker of it finds it: several stages run on it together only while the sum of what they were
/// measured to need, and a margin, fits. A stage of a class that was never measured runs alone there, so that its own need is measured and
/// nobody else's work is risked for it.
/// </summary>
/// <param name="Usable">Bytes of all workers of the device together.</param>
/// <param name="Residents">Bytes that each running stage needs; null for one that is being measured.</param>
/// <param name="OwnHeld">Bytes that the worker's idle engine process keeps; its next stage reuses them.</param>
/// <param name="OthersHeld">Bytes that other idle engine processes keep.</param>
internal sealed record DeviceRoom(long Usable, IReadOnlyList<long?> Residents, long OwnHeld, long OthersHeld)
{
    /// <summary>Bytes that may be promised. A tenth of that is kept free: a measured peak is one of several samples, and allocators fragment.</summary>
    public long Budget => Usable / 11 * 10;

    /// <summary>Bytes in use or promised; a stage that is being measured has all.</summary>
    public long InUse => Residents.Any(resident => resident is null) ? Usable : Residents.Sum(resident => resident!.Value);

    /// <summary>The room that a worker has; null where memory does not limit it: unknown, or nobody shares the device.</summary>
    public static DeviceRoom? For(QueueBook book, WorkerReport worker)
    {
        if (worker.Memory is not { } memory || worker.Packing is null or 1)
        {
            return null;
        }

        var place = DevicePlace.Of(worker);
        var leases = book.LeasesOn(place).Where(lease => lease.Worker != worker.Worker).ToList();
        var busy = leases.Select(lease => lease.Worker).ToHashSet();
        return new DeviceRoom(
            memory.Usable,
            [.. leases.Select(lease => Need(book, lease))],
            memory.Held,
            book.WorkersOn(place)
                .Where(report => report.Worker != worker.Worker && !busy.Contains(report.Worker))
                .Sum(report => report.Memory?.Held ?? 0));
    }

    /// <returns>Bytes; null when nobody knows, as of the empty class.</returns>
    public static long? Need(QueueBook book, MemoryClass memoryClass, DeviceMemory memory) =>
        book.PeakOf(memoryClass, memory.Regime) ?? memory.Unmeasured;

    /// <param name="needed">Bytes; null when nobody knows.</param>
    public MemoryFit Judge(long? needed)
    {
        if (Residents.Count == 0)
        {
            // Whatever it needs, it gets no more than the whole device. More than that is for the engine to find out.
            var crowded = needed is not { } alone ? OthersHeld > 0 : OthersHeld > 0 && Math.Max(alone, OwnHeld) + OthersHeld > Budget;
            return crowded ? MemoryFit.AfterGivingBack : MemoryFit.Fits;
        }

        if (needed is not { } bytes || Residents.Any(resident => resident is null) || InUse + bytes > Budget)
        {
            return MemoryFit.Full;
        }

        return InUse + Math.Max(bytes, OwnHeld) + OthersHeld <= Budget ? MemoryFit.Fits : MemoryFit.AfterGivingBack;
    }

    private static long? Need(QueueBook book, StageLease lease)
    {
        var memory = book.ReportOf(lease.Worker)?.Memory;
        var known = lease.Offer is { } offer && memory is not null ? Need(book, offer.MemoryClass ?? default, memory) : null;
        return known is { } bytes ? Math.Max(bytes, lease.PeakMemory ?? 0) : null;
    }
}
