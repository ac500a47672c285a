using Sweep.Planning;

namespace Sweep.Bench.Stopping;

/// <summary>What each rule of stopping needs for what an experiment without one finds, seed by seed.</summary>
internal static class Comparison
{
    private static readonly int[] Devices = [1, 4, 16];

    private static readonly double[] Levels = [0.90, 0.95, 0.99, 1];

    private static readonly (string Name, StoppingOptions Options)[] Rules =
    [
        ("ASHA, all objectives, promote", new() { Mode = StoppingMode.Promote }),
        ("ASHA, all objectives, stop", new() { Mode = StoppingMode.Stop }),
        ("ASHA, accuracy, promote", new() { Mode = StoppingMode.Promote, Ranking = TrialRanking.FirstObjective }),
        ("ASHA, accuracy, stop", new() { Mode = StoppingMode.Stop, Ranking = TrialRanking.FirstObjective }),
        ("median, all objectives", new() { Algorithm = StoppingAlgorithm.Median }),
    ];

    /// <param name="trials">Of the experiment without stopping; it has this many times 27 epochs.</param>
    public static void Print(int seeds, int trials)
    {
        var budget = trials * LearningCurves.Epochs;
        Console.WriteLine($"{seeds} seeds; no stopping: {trials} trials, {budget} epochs. Medians with quartiles.\n");
        foreach (var devices in Devices)
        {
            var plain = Seeds(seeds, seed => Simulation.Run(seed, null, devices, trials, int.MaxValue));
            Console.WriteLine($"### {devices} device{(devices == 1 ? "" : "s")}, as many epochs as no stopping has, as many trials as come\n");
            Console.WriteLine("| rule | 90 % | 95 % | 99 % | all | hypervolume at the end |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var (name, options) in Rules)
            {
                var runs = Seeds(seeds, seed => Simulation.Run(seed, options, devices, int.MaxValue, budget));
                var cells = Levels.Select(level => Quartiles(runs.Zip(plain, (run, without) =>
                    Needed(run, level * without[^1].Hypervolume) / Needed(without, level * without[^1].Hypervolume))));
                Console.WriteLine($"| {name} | {string.Join(" | ", cells)} | {Ends(runs, plain)} |");
            }

            Console.WriteLine($"\n### {devices} device{(devices == 1 ? "" : "s")}, the same {trials} trials\n");
            Console.WriteLine("| rule | epochs | hypervolume at the end |");
            Console.WriteLine("|---|---|---|");
            foreach (var (name, options) in Rules)
            {
                var runs = Seeds(seeds, seed => Simulation.Run(seed, options, devices, trials, int.MaxValue));
                Console.WriteLine($"| {name} | {Quartiles(runs.Select(run => run[^1].Epochs / (double)budget))} | {Ends(runs, plain)} |");
            }

            Console.WriteLine();
        }
    }

    private static IReadOnlyList<Moment>[] Seeds(int seeds, Func<int, IReadOnlyList<Moment>> run) =>
        [.. Enumerable.Range(0, seeds).AsParallel().AsOrdered().Select(run)];

    private static string Ends(IReadOnlyList<Moment>[] runs, IReadOnlyList<Moment>[] plain) =>
        Quartiles(runs.Zip(plain, (run, without) => run[^1].Hypervolume / without[^1].Hypervolume));

    /// <returns>+∞ when it never has so much.</returns>
    private static double Needed(IReadOnlyList<Moment> run, double hypervolume)
    {
        foreach (var moment in run)
        {
            if (moment.Hypervolume >= hypervolume)
            {
                return moment.Epochs;
            }
        }

        return double.PositiveInfinity;
    }

    private static string Quartiles(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        string At(double share) => sorted[(int)(share * (sorted.Length - 1))] is var value && double.IsFinite(value) ? $"{value:F3}" : "never";
        return $"{At(0.5)} ({At(0.25)} to {At(0.75)})";
    }
}
