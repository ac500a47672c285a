using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Which stage a worker starts next. Between experiments: <see cref="Account.Order"/>. Within one: <see cref="StagePreference"/>.
/// While a Benchmark runs on one of its devices, a silo gets nothing else: whatever it began would only wait there. A device that several
/// workers share takes what has room beside the others (<see cref="DeviceRoom"/>), and never more stages than it is packed for.
/// Costs a logarithm of the stages and experiments that wait, for each memory class; where memory lets nothing through of the experiments whose
/// turn it is, the number of those too.
/// </summary>
internal static class QueueChoice
{
    public static QueuedStage? For(QueueBook book, WorkerReport worker, DateTimeOffset now)
    {
        var device = DevicePlace.Of(worker);
        var busy = book.LeasesOn(device).ToList();
        if (busy.Any(lease => lease.Offer?.Alone == true) || book.IsMeasuring(worker.Silo) || busy.Count >= worker.Packing)
        {
            return null;
        }

        var room = DeviceRoom.For(book, worker);
        if (AloneReservation.On(book, device) is { } alone)
        {
            var isFree = busy.Count == 0 && !IsCrowded(room, alone.Offer) && !LaneKey.Of(alone.Offer).Excludes(WorkerSlot.Of(worker.Worker));
            return isFree ? alone : null;
        }

        var fitting = room is null ? null : book.Waiting.Classes.Where(memoryClass => Judge(book, worker, room, memoryClass) == MemoryFit.Fits).ToHashSet();
        if (room is not null && DeviceReservation.For(book, worker, now) is { } reserved)
        {
            fitting!.RemoveWhere(memoryClass => memoryClass != reserved);
        }

        return fitting is { Count: 0 } ? null : Best(book, worker, fitting);
    }

    /// <summary>Whether a stage that the worker's device could take waits for what idle engine processes keep of its memory.</summary>
    public static bool WaitsForMemory(QueueBook book, WorkerReport worker)
    {
        if (DeviceRoom.For(book, worker) is not { } room)
        {
            return false;
        }

        return AloneReservation.On(book, DevicePlace.Of(worker)) is { } alone
            ? alone.Kind != StageKind.Benchmark && room.Residents.Count == 0
            : book.Waiting.Classes.Any(memoryClass => Judge(book, worker, room, memoryClass) == MemoryFit.AfterGivingBack);
    }

    /// <param name="book">What waits.</param>
    /// <param name="worker">For whom.</param>
    /// <param name="fitting">The memory classes that have room; null where memory limits nothing.</param>
    private static QueuedStage? Best(QueueBook book, WorkerReport worker, HashSet<MemoryClass>? fitting)
    {
        var slot = WorkerSlot.Of(worker.Worker);
        var preference = book.PreferenceOf(worker);
        foreach (var account in book.Ledger.Beside)
        {
            QueuedStage? best = null;
            foreach (var (key, lane) in account.Lanes)
            {
                if (fitting?.Contains(key.Class) == false || key.Excludes(slot))
                {
                    continue;
                }

                var candidate = lane.Best(preference);
                best = best is null || preference.Compare(candidate, best) < 0 ? candidate : best;
            }

            if (best is not null)
            {
                return best;
            }
        }

        return null;
    }

    /// <summary>What ran out of memory in company must not find it taken by idle processes.</summary>
    private static bool IsCrowded(DeviceRoom? room, StageOffer offer) => room is { OthersHeld: > 0 } && offer.Stage.Kind != StageKind.Benchmark;

    private static MemoryFit Judge(QueueBook book, WorkerReport worker, DeviceRoom room, MemoryClass memoryClass) =>
        room.Judge(DeviceRoom.Need(book, memoryClass, worker.Memory!));
}
