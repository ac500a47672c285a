using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// The attempts at a stage, the oldest first. Only the last few are kept: a stage that is tried a thousand times takes no more room than one that
/// is tried eight times.
/// </summary>
public sealed record AttemptHistory
{
    public const int MostSpans = 8;

    /// <summary>The last attempts.</summary>
    public IReadOnlyList<AttemptSpan> Spans { get; init; } = [];

    /// <summary>How many there were before them; null for none.</summary>
    public int? Omitted { get; init; }

    /// <summary>An attempt begins.</summary>
    /// <param name="history">Null before the first.</param>
    /// <param name="attempt">Its number.</param>
    /// <param name="worker">Where it runs, without the worker's instance.</param>
    /// <param name="now">When.</param>
    public static AttemptHistory Begun(AttemptHistory? history, int attempt, string worker, DateTimeOffset now)
    {
        var before = history ?? new AttemptHistory();
        var last = before.Spans.Count > 0 ? before.Spans[^1] : null;
        var left = Math.Max(0, before.Spans.Count + 1 - MostSpans);
        return new AttemptHistory
        {
            Spans =
            [
                .. before.Spans.Skip(left),
                new AttemptSpan { Attempt = attempt, Worker = worker, Start = now, EpochsBefore = last?.EpochsSaved ?? last?.EpochsBefore },
            ],
            Omitted = left + (before.Omitted ?? 0) is var omitted and > 0 ? omitted : null,
        };
    }

    /// <summary>What is known of an attempt by now.</summary>
    /// <param name="attempt">Its number; of any but the last attempt nothing is noted.</param>
    /// <param name="epochsDone">Epochs done, those before it included.</param>
    /// <param name="peakMemory">In bytes; null where nobody measured.</param>
    /// <param name="saved">Whether a new checkpoint was committed, which holds the whole epochs of those done.</param>
    public AttemptHistory Noted(int attempt, double epochsDone, long? peakMemory, bool saved) => Changed(attempt, span => span with
    {
        EpochsDone = epochsDone > 0 ? epochsDone : null,
        EpochsSaved = saved && epochsDone >= 1 ? Math.Floor(epochsDone) : span.EpochsSaved,
        PeakMemory = peakMemory ?? span.PeakMemory,
    });

    /// <summary>An attempt has ended.</summary>
    /// <param name="attempt">Its number; any but the last has ended before.</param>
    /// <param name="outcome">How.</param>
    /// <param name="now">When, by a clock that may be another machine's than the one that told its start.</param>
    /// <param name="reason">Why, of one that failed.</param>
    public AttemptHistory Ended(int attempt, SpanEnd outcome, DateTimeOffset now, FailureReason? reason = null) => Changed(attempt, span => span.End is not null ? span : span with
    {
        End = now > span.Start ? now : span.Start,
        Outcome = outcome,
        Reason = reason,
    });

    private AttemptHistory Changed(int attempt, Func<AttemptSpan, AttemptSpan> change) => Spans.Count == 0 || Spans[^1].Attempt != attempt
        ? this
        : this with { Spans = [.. Spans.SkipLast(1), change(Spans[^1])] };
}
