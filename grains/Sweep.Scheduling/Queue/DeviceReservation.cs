using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Keeps large stages from waiting for ever: small ones could pass them on a shared device again and again. A memory class with something ready
/// of which nothing was started for <see cref="SchedulingOptions.MemoryPatience"/> reserves a device that has room for it, else the one with
/// the least in use, which starts nothing else until one of its stages fits. Not sooner: while a device runs empty for one stage, its
/// other workers idle. And not against experiments of a higher priority, for which waiting is no accident.
/// </summary>
internal static class DeviceReservation
{
    /// <returns>The class that the worker's device is kept for; null for none.</returns>
    public static MemoryClass? For(QueueBook book, WorkerReport worker, DateTimeOffset now)
    {
        var patient = book.Waiting.Classes
            .Where(memoryClass => now - book.Waiting.UnservedSince(memoryClass) >= book.Options.MemoryPatience)
            .OrderBy(book.Waiting.UnservedSince)
            .ThenBy(memoryClass => memoryClass.Value, StringComparer.Ordinal)
            .Where(memoryClass => IsWanted(book, memoryClass, null))
            .ToList();
        if (patient.Count == 0)
        {
            return null;
        }

        var place = DevicePlace.Of(worker);
        var devices = Shared(book);
        foreach (var memoryClass in patient.TakeWhile(_ => devices.Count > 0))
        {
            var kept = devices.FirstOrDefault(device => device.HasRoomFor(book, memoryClass)) ?? devices[0];
            if (kept.Place == place)
            {
                return IsWanted(book, memoryClass, WorkerSlot.Of(worker.Worker)) ? memoryClass : null;
            }

            devices.Remove(kept);
        }

        return null;
    }

    /// <summary>Whether an experiment of the highest priority has something of the class, for a worker in the slot or for any.</summary>
    private static bool IsWanted(QueueBook book, MemoryClass memoryClass, WorkerSlot? slot) => book.Ledger.Beside
        .TakeWhile(account => account.Share.Priority == book.Ledger.TopPriority)
        .Any(account => account.Lanes.Keys.Any(lane => lane.Class == memoryClass && !(slot is { } own && lane.Excludes(own))));

    /// <summary>The devices that several workers share, those with the least in use first.</summary>
    private static List<SharedDevice> Shared(QueueBook book) =>
    [
        .. book.Workers
            .Where(known => known.Report.AcceptsWork)
            .Select(known => (known.Report, Room: DeviceRoom.For(book, known.Report)))
            .Where(worker => worker.Room is not null)
            .GroupBy(worker => DevicePlace.Of(worker.Report))
            .Select(group => new SharedDevice(
                group.Key,
                [.. group.Where(worker => book.LeaseOf(worker.Report.Worker) is null).Select(worker => (worker.Report, worker.Room!))],
                InUse(book, group.Key)))
            .OrderBy(device => device.InUse)
            .ThenBy(device => device.Place.Silo, StringComparer.Ordinal)
            .ThenBy(device => device.Place.Device, StringComparer.Ordinal),
    ];

    private static long InUse(QueueBook book, DevicePlace place) => book.WorkersOn(place)
        .Select(worker => DeviceRoom.For(book, worker)?.InUse ?? 0)
        .DefaultIfEmpty()
        .Max();

    /// <param name="Idle">Its workers that have nothing to do.</param>
    private sealed record SharedDevice(DevicePlace Place, IReadOnlyList<(WorkerReport Report, DeviceRoom Room)> Idle, long InUse)
    {
        public bool HasRoomFor(QueueBook book, MemoryClass memoryClass) =>
            Idle.Any(worker => worker.Room.Judge(DeviceRoom.Need(book, memoryClass, worker.Report.Memory!)) == MemoryFit.Fits);
    }
}
