using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Sweeps;

/// <summary>
/// One grid of λ × sparsity × fine-tune seed with GOHSP, VTP and SOMP, with sharing and without: epochs run, and whether every trial comes to
/// the same numbers to the last bit. Epochs have the proportions of 300 of pretraining, 100 of pruning and 50 after the cut.
/// </summary>
/// <param name="values">Of each axis.</param>
internal sealed class SharingComparison(int values, RealSweeps sweeps)
{
    private const string Text = """
        apiVersion: sweep/v1
        name: sharing-on
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 6, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        space:
          method:       { values: [gohsp, vtp, somp] }
          sparsity:     { values: [0.4] }
          lambda:       { values: [1e-4] }
          finetuneSeed: { values: [1] }
        sparsify: { epochs: 2, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 1, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        gohsp:    { images: 64 }
        """;

    /// <returns>Whether all trials are the same.</returns>
    public async Task<bool> Run()
    {
        var shared = Spec();
        var (on, off) = (await sweeps.Run(shared), await sweeps.Run(shared with { Name = "sharing-off", Sharing = Sharing.Off }));
        Console.WriteLine($"{on.Result.Trials.Count} trials, {sweeps.Workers} workers of one thread.\n");
        Console.WriteLine("| sharing | epochs asked | epochs run | stages run | minutes |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, run) in new[] { ("on", on), ("off", off) })
        {
            Console.WriteLine($"| {name} | {run.Result.Sharing.EpochsAsked} | {run.Result.Sharing.EpochsRun} | {run.Succeeded.Count} | {run.Time.TotalMinutes:F1} |");
        }

        var differing = on.Result.Trials.Zip(off.Result.Trials).Where(pair => Answer(pair.First) != Answer(pair.Second)).ToList();
        var same = differing.Count == 0 && on.Result.Trials.Count == off.Result.Trials.Count && Whole(on.Result) == Whole(off.Result);
        foreach (var (first, second) in differing)
        {
            Console.WriteLine($"\nDIFFERENT: {first.Id}\n{Answer(first)}\n{Answer(second)}");
        }

        Console.WriteLine($"\nSharing runs {(double)off.Result.Sharing.EpochsRun / on.Result.Sharing.EpochsRun:F2} times fewer epochs, in {off.Time / on.Time:F2} times less time.");
        Console.WriteLine($"{on.Result.Trials.Count - differing.Count} of {on.Result.Trials.Count} trials come to the same settings, metrics, shapes and proofs of surgery, bit for bit; "
            + $"dense net, front and hypervolume are {(Whole(on.Result) == Whole(off.Result) ? "the same" : "NOT THE SAME")}.\n");
        Plans(shared);
        return same;
    }

    /// <summary>What other lengths after the cut and other numbers of values come to needs no run.</summary>
    private static void Plans(SweepSpec spec)
    {
        Console.WriteLine("Planned, times fewer epochs by the epochs after the cut (pretraining 6, pruning 2):\n");
        Console.WriteLine("| values of each axis | trials | 1 epoch | 2 epochs | 4 epochs |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var count in new[] { 2, 3, 4, 6 })
        {
            var plans = new[] { 1, 2, 4 }.Select(epochs => ExperimentPlanner.Plan(Widened(spec, count) with { Finetune = spec.Finetune with { Epochs = epochs } })).ToList();
            Console.WriteLine($"| {count} | {plans[0].Trials.Count} | {string.Join(" | ", plans.Select(plan => $"{(double)plan.EpochsAsked / plan.EpochsNeeded:F2}"))} |");
        }
    }

    private SweepSpec Spec() => Widened(SweepSpecReader.Read(Text, "sharing.yaml"), values);

    private static SweepSpec Widened(SweepSpec spec, int count) => spec with
    {
        Space = spec.Space with
        {
            Sparsity = new() { Values = [.. Enumerable.Range(0, count).Select(i => 0.3 + Math.Round(0.4 * i / Math.Max(1, count - 1), 3))] },
            Lambda = new() { Values = [.. Enumerable.Range(0, count).Select(i => (i + 1) * 1e-4)] },
            FinetuneSeed = new() { Values = [.. Enumerable.Range(1, count).Select(seed => (long)seed)] },
        },
    };

    /// <summary>All that is told of a trial but the names of its stages and the device.</summary>
    private static string Answer(TrialResult trial) => CanonicalJson.Serialize(trial with { Stages = [], Device = null });

    private static string Whole(ExperimentResult result) => CanonicalJson.Serialize(new { result.Dense, result.Front, result.Hypervolume });
}
