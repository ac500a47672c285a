namespace Sweep.Scheduling;

/// <summary>
/// An experiment in the queue: its share, what it has had, and its stages that are ready. Whoever changes what <see cref="Order"/> looks at takes
/// it out of the sets that are sorted so before.
/// </summary>
internal sealed class Account(string experiment, long arrival)
{
    /// <summary>A weight below counts as this, lest sums of inverses grow beyond numbers.</summary>
    private const double LeastWeight = 1e-6;

    /// <summary>
    /// The experiment that is served next: of the highest priority the one with the fewest stages running for its weight; among equals the one
    /// with the least served for its weight, which with a single worker is start-time fair queueing (Goyal, Vin, Cheng 1996, with stages of length 1);
    /// then the one that was here first.
    /// </summary>
    public static IComparer<Account> Order { get; } = Comparer<Account>.Create((a, b) => a.CompareTo(b, 0, 0));

    public string Experiment => experiment;

    public ExperimentShare Share { get; set; } = ExperimentShare.Default;

    /// <summary>Stages with a worker.</summary>
    public int Running { get; set; }

    /// <summary>Stages that wait, ready or not.</summary>
    public int Queued { get; set; }

    /// <summary>The start tag of its next stage: stages served over weight, on a clock that all of its priority share.</summary>
    public double Tag { get; set; }

    /// <summary>Stages that are ready and can run beside others.</summary>
    public Dictionary<LaneKey, Lane> Lanes { get; } = [];

    /// <summary>Stages that are ready and must be alone on a device.</summary>
    public Dictionary<LaneKey, SortedSet<QueuedStage>> Alone { get; } = [];

    public bool IsReady => Lanes.Count > 0 || Alone.Count > 0;

    public double Cost => 1 / Math.Max(LeastWeight, Share.Weight);

    private long Arrival => arrival;

    /// <param name="other">Another.</param>
    /// <param name="more">Stages more than this one runs, as if they had been started.</param>
    /// <param name="othersMore">The same of the other.</param>
    public int CompareTo(Account other, int more, int othersMore)
    {
        var order = other.Share.Priority.CompareTo(Share.Priority);
        order = order != 0 ? order : ((Running + more) * Cost).CompareTo((other.Running + othersMore) * other.Cost);
        order = order != 0 ? order : (Tag + more * Cost).CompareTo(other.Tag + othersMore * other.Cost);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }

    public void Add(QueuedStage queued)
    {
        var key = LaneKey.Of(queued.Offer);
        if (queued.Offer.Alone)
        {
            if (!Alone.TryGetValue(key, out var alone))
            {
                Alone.Add(key, alone = new SortedSet<QueuedStage>(QueuedStage.ByAge));
            }

            alone.Add(queued);
            return;
        }

        if (!Lanes.TryGetValue(key, out var lane))
        {
            Lanes.Add(key, lane = new Lane());
        }

        lane.Add(queued);
    }

    public void Remove(QueuedStage queued)
    {
        var key = LaneKey.Of(queued.Offer);
        if (queued.Offer.Alone)
        {
            var alone = Alone[key];
            alone.Remove(queued);
            if (alone.Count == 0)
            {
                Alone.Remove(key);
            }

            return;
        }

        var lane = Lanes[key];
        lane.Remove(queued);
        if (lane.IsEmpty)
        {
            Lanes.Remove(key);
        }
    }
}
