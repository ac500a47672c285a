using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Grains;

/// <summary>
/// Which stage a worker starts next. Between experiments: the one with the fewest stages running, then the fewest served. Within
/// one: the child of what this worker has just finished; then, while there is work for everybody, the stage nearest the end of its
/// trial, so that trials get done and the front grows, and once a long path could outlast the rest, the longest path, so that no worker
/// ends up waiting for another; then what this worker holds the parent of, and what no other free worker does; then what waits longest.
/// While a Benchmark runs on one of its devices, a silo gets nothing else: whatever it began would only wait there. A device that several
/// workers share takes what has room beside the others (<see cref="DeviceRoom"/>), and never more stages than it is packed for.
/// </summary>
internal static class QueueChoice
{
    public static QueuedStage? For(QueueBook book, WorkerReport worker, DateTimeOffset now)
    {
        var ready = Ready(book, now);
        var device = DevicePlace.Of(worker);
        var busy = book.LeasesOn(device).ToList();
        if (busy.Any(lease => lease.Offer?.Alone == true) || IsMeasuring(book, worker.Silo) || busy.Count >= worker.Packing)
        {
            return null;
        }

        var room = DeviceRoom.For(book, worker);
        if (AloneOn(book, ready, device) is { } alone)
        {
            return busy.Count == 0 && !IsCrowded(room, alone.Offer) ? alone : null;
        }

        if (room is not null && DeviceReservation.On(book, ready, device, now) is { } reserved)
        {
            return HasRoom(book, worker, room, reserved.Offer) ? reserved : null;
        }

        var lastEnded = book.Workers.FirstOrDefault(known => known.Report.Worker == worker.Worker)?.LastEnded;
        var others = book.Workers
            .Where(known => known.Report.Worker != worker.Worker && known.Report.AcceptsWork && known.IdleSince is not null)
            .SelectMany(known => known.Report.Holds)
            .ToHashSet();
        var running = book.Leases.CountBy(lease => lease.Offer?.Experiment ?? "").ToDictionary();
        var plenty = IsPlenty(book, ready);
        return ready
            .Where(queued => !queued.Offer.Alone && HasRoom(book, worker, room, queued.Offer))
            .OrderBy(queued => running.GetValueOrDefault(queued.Offer.Experiment))
            .ThenBy(queued => book.ServedOf(queued.Offer.Experiment))
            .ThenBy(queued => queued.Offer.Experiment, StringComparer.Ordinal)
            .ThenByDescending(queued => queued.Offer.Parent is { } parent && parent == lastEnded)
            .ThenBy(queued => plenty ? queued.Offer.CriticalPath : -queued.Offer.CriticalPath)
            .ThenByDescending(queued => queued.Offer.Parent is { } parent && worker.Holds.Contains(parent))
            .ThenBy(queued => queued.Offer.Parent is { } parent && others.Contains(parent))
            .ThenBy(queued => queued.Since)
            .ThenBy(queued => queued.Offer.Stage)
            .FirstOrDefault();
    }

    /// <summary>Whether a stage that the worker's device could take waits for what idle engine processes keep of its memory.</summary>
    public static bool WaitsForMemory(QueueBook book, WorkerReport worker, DateTimeOffset now)
    {
        if (DeviceRoom.For(book, worker) is not { } room)
        {
            return false;
        }

        var ready = Ready(book, now);
        return AloneOn(book, ready, DevicePlace.Of(worker)) is { } alone
            ? alone.Offer.Stage.Kind != StageKind.Benchmark && room.Residents.Count == 0
            : ready.Any(queued => !queued.Offer.Alone && Judge(book, worker, room, queued.Offer) == MemoryFit.AfterGivingBack);
    }

    private static List<QueuedStage> Ready(QueueBook book, DateTimeOffset now) =>
        [.. book.Queued.Where(queued => queued.Offer.NotBefore is not { } time || time <= now)];

    /// <summary>What ran out of memory in company must not find it taken by idle processes.</summary>
    private static bool IsCrowded(DeviceRoom? room, StageOffer offer) => room is { OthersHeld: > 0 } && offer.Stage.Kind != StageKind.Benchmark;

    private static bool HasRoom(QueueBook book, WorkerReport worker, DeviceRoom? room, StageOffer offer) =>
        room is null || Judge(book, worker, room, offer) == MemoryFit.Fits;

    private static MemoryFit Judge(QueueBook book, WorkerReport worker, DeviceRoom room, StageOffer offer) =>
        room.Judge(DeviceRoom.Need(book, offer, worker.Memory!));

    private static bool IsMeasuring(QueueBook book, string silo) =>
        book.Leases.Any(lease => lease.Silo == silo && lease.Stage.Kind == StageKind.Benchmark);

    /// <summary>Whether the paths that wait keep every worker busy for longer than the longest of them takes.</summary>
    private static bool IsPlenty(QueueBook book, List<QueuedStage> ready)
    {
        var workers = Math.Max(1, book.Workers.Count(known => known.Report.AcceptsWork));
        var longest = ready.Select(queued => queued.Offer.CriticalPath).DefaultIfEmpty().Max();
        return ready.Sum(queued => (long)queued.Offer.CriticalPath) > (long)longest * workers;
    }

    /// <summary>
    /// A stage that must be alone waits for one device to fall empty, which must get nothing else meanwhile, or it would wait for
    /// ever. Each such stage reserves the device with the fewest stages on it, a Benchmark among those it is for.
    /// </summary>
    private static QueuedStage? AloneOn(QueueBook book, List<QueuedStage> ready, DevicePlace device)
    {
        var alone = ready.Where(queued => queued.Offer.Alone).OrderBy(queued => queued.Since).ThenBy(queued => queued.Offer.Stage).ToList();
        if (alone.Count == 0)
        {
            return null;
        }

        var devices = book.Workers
            .Where(known => known.Report.AcceptsWork)
            .Select(known => DevicePlace.Of(known.Report))
            .Distinct()
            .OrderBy(place => IsMeasuring(book, place.Silo))
            .ThenBy(place => book.LeasesOn(place).Any(lease => lease.Offer?.Alone == true))
            .ThenBy(place => book.LeasesOn(place).Count())
            .ThenBy(place => place.Silo, StringComparer.Ordinal)
            .ThenBy(place => place.Device, StringComparer.Ordinal)
            .ToList();
        foreach (var queued in alone)
        {
            var suitable = Suitable(book, queued.Offer);
            var reserved = devices.FindIndex(place => suitable.Contains(place));
            if (reserved >= 0 && devices[reserved] == device)
            {
                return queued;
            }

            if (reserved >= 0)
            {
                devices.RemoveAt(reserved);
            }
        }

        return null;
    }

    /// <summary>
    /// The devices that a stage may run on. Where no device is of a Benchmark's model it may run on any, whose engine then says what is wrong:
    /// better than to wait for ever for a device whose name was mistyped.
    /// </summary>
    private static HashSet<DevicePlace> Suitable(QueueBook book, StageOffer offer)
    {
        var workers = book.Workers.Where(known => known.Report.AcceptsWork).Select(known => known.Report).ToList();
        var fitting = workers.Where(report => offer.DeviceModel is not { } model || DeviceModels.Fit(report.DeviceModels, model)).ToList();
        return [.. (fitting.Count > 0 ? fitting : workers).Select(DevicePlace.Of)];
    }
}
