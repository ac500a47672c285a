namespace Sweep.Grains;

/// <summary>
/// Keeps large stages from waiting for ever: small ones could pass them on a shared device again and again. One that has waited for
/// <see cref="SchedulingOptions.MemoryPatience"/> reserves a device that has room for it, else the one with the least in use, which starts
/// nothing else until it fits. Not sooner: while a device runs empty for one stage, its other workers idle.
/// </summary>
internal static class DeviceReservation
{
    /// <returns>The stage that a device is kept for; null for none.</returns>
    public static QueuedStage? On(QueueBook book, IReadOnlyList<QueuedStage> ready, DevicePlace place, DateTimeOffset now)
    {
        var patient = ready
            .Where(queued => !queued.Offer.Alone && now - queued.Since >= book.Options.MemoryPatience)
            .OrderBy(queued => queued.Since)
            .ThenBy(queued => queued.Offer.Stage)
            .ToList();
        if (patient.Count == 0)
        {
            return null;
        }

        var devices = Shared(book);
        foreach (var queued in patient.TakeWhile(_ => devices.Count > 0))
        {
            var kept = devices.FirstOrDefault(device => device.HasRoomFor(book, queued.Offer)) ?? devices[0];
            if (kept.Place == place)
            {
                return queued;
            }

            devices.Remove(kept);
        }

        return null;
    }

    /// <summary>The devices that several workers share, those with the least in use first.</summary>
    private static List<SharedDevice> Shared(QueueBook book) =>
    [
        .. book.Workers
            .Where(known => known.Report.AcceptsWork)
            .Select(known => (known.Report, Room: DeviceRoom.For(book, known.Report)))
            .Where(worker => worker.Room is not null)
            .GroupBy(worker => DevicePlace.Of(worker.Report))
            .Select(group => new SharedDevice(group.Key, [.. group.Where(worker => book.LeaseOf(worker.Report.Worker) is null).Select(worker => (worker.Report, worker.Room!))], InUse(book, group.Key)))
            .OrderBy(device => device.InUse)
            .ThenBy(device => device.Place.Silo, StringComparer.Ordinal)
            .ThenBy(device => device.Place.Device, StringComparer.Ordinal),
    ];

    private static long InUse(QueueBook book, DevicePlace place) =>
        book.Workers.Where(known => DevicePlace.Of(known.Report) == place)
            .Select(known => DeviceRoom.For(book, known.Report)?.InUse ?? 0)
            .DefaultIfEmpty()
            .Max();

    /// <param name="Idle">Its workers that have nothing to do.</param>
    private sealed record SharedDevice(DevicePlace Place, IReadOnlyList<(WorkerReport Report, DeviceRoom Room)> Idle, long InUse)
    {
        public bool HasRoomFor(QueueBook book, StageOffer offer) =>
            Idle.Any(worker => worker.Room.Judge(DeviceRoom.Need(book, offer, worker.Report.Memory!)) == MemoryFit.Fits);
    }
}
