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

    /// <param name="width">Characters of a line.</param>
    public static IEnumerable<string> Of(SimulationReport report, int width)
    {
        var shown = report.Workers.Take(MostWorkers).ToList();
        if (report.Makespan <= 0 || shown.Count == 0)
        {
            yield break;
        }

        var name = shown.Max(worker => worker.Worker.Length) + 1;
        var cells = Math.Max(10, width - name);
        var byWorker = report.Timeline.ToLookup(attempt => attempt.Worker);
        foreach (var worker in shown)
        {
            yield return worker.Worker.PadRight(name) + Line([.. byWorker[worker.Worker]], report.Makespan, cells);
        }

        if (report.Workers.Count > shown.Count)
        {
            yield return $"and {Words.Many(report.Workers.Count - shown.Count, "worker")} more";
        }

        var kinds = report.Timeline.Select(attempt => attempt.Stage.Kind).Distinct().Order();
        yield return string.Join(", ", kinds.Select(kind => $"{s_letters[kind]} {Words.Name(kind)}")) + $", {Failed} a failure, {Idle} nothing";
    }

    /// <summary>A cell has the letter of what took most of it, so a short stage beside a long one is not seen; a failure always is.</summary>
    private static string Line(List<SimulatedAttempt> attempts, double makespan, int cells)
    {
        var shares = new Dictionary<char, double>[cells];
        foreach (var attempt in attempts)
        {
            var (from, to) = (attempt.From / makespan * cells, attempt.To / makespan * cells);
            for (var cell = (int)from; cell < cells && cell < to; cell++)
            {
                var letters = shares[cell] ??= [];
                var share = Math.Min(cell + 1, to) - Math.Max(cell, from);
                letters[s_letters[attempt.Stage.Kind]] = letters.GetValueOrDefault(s_letters[attempt.Stage.Kind]) + share;
            }

            if (attempt.End is AttemptEnd.EngineFailed or AttemptEnd.SiloFailed)
            {
                (shares[Math.Min((int)to, cells - 1)] ??= [])[Failed] = double.MaxValue;
            }
        }

        return string.Concat(shares.Select(letters => letters is null || letters.Values.Sum() < 0.5 ? Idle : letters.MaxBy(letter => letter.Value).Key));
    }
}
