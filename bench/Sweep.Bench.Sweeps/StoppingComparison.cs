using Sweep.Planning;

namespace Sweep.Bench.Sweeps;

/// <summary>
/// One search on Fashion-MNIST under each way of early stopping, on one device: what share of the box the front has for the epochs spent.
/// Trial n has the same settings and seeds under every rule.
/// </summary>
/// <param name="trials">Of the sweep that stops none.</param>
/// <param name="seed">Of the search.</param>
internal sealed class StoppingComparison(int trials, int seed, RealSweeps sweeps)
{
    private const string Text = """
        apiVersion: sweep/v1
        name: none
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 2000 }
        pretrain: { epochs: 4, imagesPerEpoch: 4000, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [vtp, somp] }
          sparsity: { range: [0.1, 0.9] }
          finetuneLearningRate: { range: [1e-5, 3e-3], scale: log }
        sparsify: { epochs: 1, imagesPerEpoch: 4000, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 9, imagesPerEpoch: 1000, batch: 32 }
        search:   { algorithm: random, trials: 1 }
        """;

    private static readonly double[] s_levels = [0.90, 0.95, 0.99, 1];

    private static readonly (string Name, string Words, StoppingSpec? Stopping)[] s_rules =
    [
        ("none", "no stopping", null),
        ("accuracy", "ASHA by accuracy alone, promote", new() { Algorithm = StoppingAlgorithm.Asha, Ranking = TrialRanking.FirstObjective }),
        ("promote", "ASHA by all objectives, promote", new() { Algorithm = StoppingAlgorithm.Asha }),
        ("stop", "ASHA by all objectives, stop", new() { Algorithm = StoppingAlgorithm.Asha, Mode = StoppingMode.Stop }),
    ];

    /// <param name="file">Of the curves, as CSV.</param>
    public async Task Run(string file)
    {
        var curves = new List<(string Words, RealRun Run, IReadOnlyList<Moment> Curve)>();
        await using var csv = new StreamWriter(file);
        await csv.WriteLineAsync("rule,epochs,hypervolume,hypervolumeOfAllMeasured");
        foreach (var (name, words, stopping) in s_rules)
        {
            var spec = Spec(name, stopping);
            var run = await sweeps.Run(spec);
            var curve = FrontCurve.Of(spec, run);
            curves.Add((words, run, curve));
            foreach (var moment in curve)
            {
                await csv.WriteLineAsync(FormattableString.Invariant($"{name},{moment.Epochs},{moment.Complete:R},{moment.Measured:R}"));
            }

            await csv.FlushAsync();
        }

        Print(curves);
        Console.WriteLine($"\nCurves: {file}");
    }

    private static void Print(IReadOnlyList<(string Words, RealRun Run, IReadOnlyList<Moment> Curve)> curves)
    {
        var goal = curves[0].Curve[^1].Complete;
        Console.WriteLine("Epochs until the front has a share of the final hypervolume without stopping; only nets trained to the end count.\n");
        Console.WriteLine($"| rule | trials | trained to the end | epochs | {string.Join(" | ", s_levels.Select(level => $"{level:P0}"))} | hypervolume | best accuracy | minutes |");
        Console.WriteLine($"|---|---|---|---|{string.Concat(s_levels.Select(_ => "---|"))}---|---|---|");
        foreach (var (words, run, curve) in curves)
        {
            var complete = run.Result.Trials.Where(trial => trial.Metrics is not null).ToList();
            var needed = s_levels.Select(level => curve.Where(moment => moment.Complete >= level * goal).Select(moment => $"{moment.Epochs}").FirstOrDefault("never"));
            Console.WriteLine(
                $"| {words} | {run.Result.Trials.Count} | {complete.Count} | {curve[^1].Epochs} | {string.Join(" | ", needed)} | {curve[^1].Complete:F4} "
                + $"| {complete.Max(trial => trial.Metrics!.Accuracy):F4} | {run.Time.TotalMinutes:F1} |");
        }
    }

    /// <summary>With stopping as many trials as bring about as many epochs: of n, n/η go on from each rung.</summary>
    private SweepSpec Spec(string name, StoppingSpec? stopping)
    {
        var spec = SweepSpecReader.Read(Text, "stopping.yaml");
        var count = trials;
        if (stopping is not null)
        {
            var ladder = RungLadder.Of(stopping.MinEpochs, stopping.Reduction, spec.Finetune.Epochs);
            var share = Enumerable.Range(0, ladder.Last + 1).Sum(rung => (ladder.To(rung) - ladder.From(rung)) / Math.Pow(stopping.Reduction, rung));
            count = (int)(trials * spec.Finetune.Epochs / share);
        }

        return spec with { Name = name, Search = spec.Search with { Trials = count, Seed = seed }, Stopping = stopping };
    }
}
