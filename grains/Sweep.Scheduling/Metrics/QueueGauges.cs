using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>How a queue stood at a moment.</summary>
public sealed record QueueGauges
{
    /// <summary>Stages that wait, by kind.</summary>
    public required IReadOnlyDictionary<StageKind, int> Waiting { get; init; }

    /// <summary>Stages with a worker, by kind.</summary>
    public required IReadOnlyDictionary<StageKind, int> Running { get; init; }

    public required IReadOnlyDictionary<WorkerActivity, int> Workers { get; init; }

    /// <summary>Since when the stage that waits longest has waited.</summary>
    public DateTimeOffset? OldestSince { get; init; }

    public int Leases => Running.Values.Sum();

    public static QueueGauges Of(QueueBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        return new QueueGauges
        {
            Waiting = Enum.GetValues<StageKind>().ToDictionary(kind => kind, book.Waiting.Count),
            Running = Count(book.Leases, lease => lease.Stage.Kind),
            Workers = Count(book.Workers, ActivityOf),
            OldestSince = book.Waiting.OldestSince,
        };
    }

    private static WorkerActivity ActivityOf(KnownWorker worker) => !worker.Report.AcceptsWork ? WorkerActivity.Draining
        : worker.IdleSince is null ? WorkerActivity.Busy
        : WorkerActivity.Idle;

    private static Dictionary<TKey, int> Count<T, TKey>(IEnumerable<T> all, Func<T, TKey> key)
        where TKey : struct, Enum
    {
        var counts = Enum.GetValues<TKey>().ToDictionary(value => value, _ => 0);
        foreach (var one in all)
        {
            counts[key(one)]++;
        }

        return counts;
    }
}
