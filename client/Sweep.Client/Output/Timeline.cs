using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Simulation;

namespace Sweep.Client.Output;

/// <summary>Who did what when, a line of text a worker.</summary>
internal static class Timeline
{
    private const int MostWorkers = 24;
    private const char Idle = '·';
    private const char Failed = '!';

    private static readonly IReadOnlyDictionary<StageKind, char> s_letters = new Dictionary<StageKind, char>
    {
        [StageKind.Pretrain] = 'P',
        [StageKind.LoadWeights] = 'W',
        [StageKind.RankHeads] = 'R',
        [StageKind.ScoreGroups] = 'C',
        [StageKind.SoftPrune] = 'S',
        [StageKind.SparseTrain] = 'L',
        [StageKind.GradualPrune] = 'G',
        [StageKind.DynamicSparse] = 'D',
        [StageKind.HardPrune] = 'H',
        [StageKind.FineTune] = 'F',
        [StageKind.Evaluate] = 'E',
        [StageKind.Benchmark] = 'B',
    };

    /// <param name="report">A run in virtual time.</param>
    /// <param name="width">Characters of a line.</param>
    public static IEnumerable<string> Of(SimulationReport report, int width) => Lines(
        [.. report.Workers.Select(worker => worker.Worker)],
        [.. report.Timeline.Select(attempt => new Bar(
            attempt.Worker, attempt.Stage.Kind, attempt.From, attempt.To, attempt.End is AttemptEnd.EngineFailed or AttemptEnd.SiloFailed))],
        report.Makespan,
        width);

    /// <param name="spans">What ran.</param>
    /// <param name="start">The left edge; what was before it is not shown.</param>
    /// <param name="width">Characters of a line.</param>
    public static IEnumerable<string> Of(IReadOnlyList<StageSpan> spans, DateTimeOffset start, int width) => Lines(
        [.. spans.Select(span => span.Worker).Distinct().Order(StringComparer.Ordinal)],
        [.. spans.Select(span => new Bar(
            span.Worker, span.Kind, (span.Start - start).TotalSeconds, (span.End - start).TotalSeconds, span.Outcome is SpanEnd.Failed or SpanEnd.Lost))],
        spans.Select(span => (span.End - start).TotalSeconds).DefaultIfEmpty(0).Max(),
        width);

    private static IEnumerable<string> Lines(IReadOnlyList<string> workers, IReadOnlyList<Bar> bars, double seconds, int width)
    {
        var shown = workers.Take(MostWorkers).ToList();
        if (seconds <= 0 || shown.Count == 0)
        {
            yield break;
        }

        var name = shown.Max(worker => worker.Length) + 1;
        var cells = Math.Max(10, width - name);
        var byWorker = bars.ToLookup(bar => bar.Worker);
        foreach (var worker in shown)
        {
            yield return worker.PadRight(name) + Line([.. byWorker[worker]], seconds, cells);
        }

        if (workers.Count > shown.Count)
        {
            yield return $"and {Words.Many(workers.Count - shown.Count, "worker")} more";
        }

        var kinds = bars.Select(bar => bar.Kind).Distinct().Order();
        yield return string.Join(", ", kinds.Select(kind => $"{s_letters[kind]} {Words.Name(kind)}")) + $", {Failed} a failure, {Idle} nothing";
    }

    /// <summary>A cell has the letter of what took most of it, so a short stage beside a long one is not seen; a failure always is.</summary>
    private static string Line(List<Bar> bars, double seconds, int cells)
    {
        var shares = new Dictionary<char, double>[cells];
        foreach (var bar in bars)
        {
            var (from, to) = (bar.From / seconds * cells, bar.To / seconds * cells);
            for (var cell = Math.Max(0, (int)from); cell < cells && cell < to; cell++)
            {
                var letters = shares[cell] ??= [];
                var share = Math.Min(cell + 1, to) - Math.Max(cell, from);
                letters[s_letters[bar.Kind]] = letters.GetValueOrDefault(s_letters[bar.Kind]) + share;
            }

            if (bar.Failed && to >= 0)
            {
                (shares[Math.Min((int)to, cells - 1)] ??= [])[Failed] = double.MaxValue;
            }
        }

        return string.Concat(shares.Select(letters => letters is null || letters.Values.Sum() < 0.5 ? Idle : letters.MaxBy(letter => letter.Value).Key));
    }

    /// <param name="Worker">Whose line.</param>
    /// <param name="Kind">What ran.</param>
    /// <param name="From">Seconds from the left edge.</param>
    /// <param name="To">Likewise.</param>
    /// <param name="Failed">Whether it went wrong at its end.</param>
    private sealed record Bar(string Worker, StageKind Kind, double From, double To, bool Failed);
}
