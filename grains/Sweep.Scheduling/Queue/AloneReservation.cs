using Sweep.Recipes.Protocol;

namespace Sweep.Scheduling;

/// <summary>
/// A stage that must be alone waits for one device to fall empty, which must get nothing else meanwhile, or it would wait for ever. Each such
/// stage reserves the device with the fewest stages on it, a Benchmark among those it is for, as long as it is its experiment's turn:
/// what an experiment has reserved counts as if it ran there already.
/// </summary>
internal static class AloneReservation
{
    /// <returns>The stage that a device is kept for; null for none.</returns>
    public static QueuedStage? On(QueueBook book, DevicePlace device)
    {
        if (book.Ledger.Alone.Count == 0)
        {
            return null;
        }

        var devices = DevicesOf(book);
        var turns = new PriorityQueue<Turn, Turn>(Comparer<Turn>.Create((a, b) => a.Account.CompareTo(b.Account, a.Reserved, b.Reserved)));
        var rivals = book.Ledger.Beside.Take(2).ToList();
        using var accounts = book.Ledger.Alone.GetEnumerator();
        var next = accounts.MoveNext() ? accounts.Current : null;
        while (devices.Count > 0 && (next is not null || turns.Count > 0))
        {
            Turn turn;
            if (next is not null && (turns.Count == 0 || next.CompareTo(turns.Peek().Account, 0, turns.Peek().Reserved) < 0))
            {
                turn = new Turn(next, [.. next.Alone.Select(lane => new AloneLane(lane.Value.GetEnumerator(), Suitable(book, lane.Value.Min!.Offer)))]);
                next = accounts.MoveNext() ? accounts.Current : null;
            }
            else
            {
                turn = turns.Dequeue();
            }

            var rival = rivals.FirstOrDefault(account => account != turn.Account);
            if (rival is not null && rival.CompareTo(turn.Account, 0, turn.Reserved) < 0)
            {
                // Whoever follows in the order follows the rival too, but for the rival itself.
                next = null;
                continue;
            }

            if (turn.Reserve(devices) is not { } reserved)
            {
                continue;
            }

            if (reserved.Place == device)
            {
                return reserved.Stage;
            }

            devices.Remove(reserved.Place);
            turns.Enqueue(turn, turn);
        }

        return null;
    }

    private static List<DevicePlace> DevicesOf(QueueBook book) =>
    [
        .. book.Workers
            .Where(known => known.Report.AcceptsWork)
            .Select(known => DevicePlace.Of(known.Report))
            .Distinct()
            .OrderBy(place => book.IsMeasuring(place.Silo))
            .ThenBy(place => book.LeasesOn(place).Any(lease => lease.Offer?.Alone == true))
            .ThenBy(place => book.LeasesOn(place).Count())
            .ThenBy(place => place.Silo, StringComparer.Ordinal)
            .ThenBy(place => place.Device, StringComparer.Ordinal),
    ];

    /// <summary>
    /// The devices that a stage may run on. Where no device is of a Benchmark's model it may run on any, whose engine then says what is wrong:
    /// better than to wait for ever for a device whose name was mistyped.
    /// </summary>
    private static HashSet<DevicePlace> Suitable(QueueBook book, StageOffer offer)
    {
        var workers = book.Workers.Where(known => known.Report.AcceptsWork).Select(known => known.Report)
            .Where(report => offer.Excluded.Count == 0 || !offer.Excluded.Contains(WorkerSlot.Of(report.Worker).Name))
            .ToList();
        var fitting = workers.Where(report => offer.DeviceModel is not { } model || DeviceModels.Fit(report.DeviceModels, model)).ToList();
        return [.. (fitting.Count > 0 ? fitting : workers).Select(DevicePlace.Of)];
    }

    /// <summary>An experiment with stages that must be alone, oldest first in each lane, and how many devices are reserved for it so far.</summary>
    private sealed class Turn(Account account, List<AloneLane> lanes)
    {
        public Account Account => account;

        public int Reserved { get; private set; }

        public (QueuedStage Stage, DevicePlace Place)? Reserve(List<DevicePlace> devices)
        {
            while (lanes.Where(lane => lane.Oldest is not null).MinBy(lane => lane.Oldest!, QueuedStage.ByAge) is { Oldest: { } stage } lane)
            {
                var place = devices.FindIndex(lane.Suitable.Contains);
                if (place >= 0)
                {
                    lane.Advance();
                    Reserved++;
                    return (stage, devices[place]);
                }

                lanes.Remove(lane);
            }

            return null;
        }
    }

    private sealed class AloneLane
    {
        private SortedSet<QueuedStage>.Enumerator _stages;

        public AloneLane(SortedSet<QueuedStage>.Enumerator stages, HashSet<DevicePlace> suitable)
        {
            _stages = stages;
            Suitable = suitable;
            Advance();
        }

        public HashSet<DevicePlace> Suitable { get; }

        public QueuedStage? Oldest { get; private set; }

        public void Advance() => Oldest = _stages.MoveNext() ? _stages.Current : null;
    }
}
