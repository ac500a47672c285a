namespace Sweep.Planning;

/// <summary>What several seeds say together of the unpruned net and of each setting.</summary>
public sealed record SeedSummary
{
    /// <summary>Null until an unpruned net is evaluated.</summary>
    public NetSummary? Dense { get; init; }

    /// <summary>One entry for each setting, seeds aside, that has a complete trial, in the order of the trials.</summary>
    public required IReadOnlyList<NetSummary> Settings { get; init; }

    /// <summary>Of a result document, whether it has several seeds or one.</summary>
    public static SeedSummary Of(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var seed = result.Scope.Seeds[0];
        var dense = new DenseResult { Id = ExperimentPlanner.DenseId, Seed = seed, Metrics = result.Dense, Stages = result.DenseStages };
        return result.Summary ?? Of(result.Trials, [dense], seed);
    }

    /// <param name="trials">All of the experiment.</param>
    /// <param name="dense">The unpruned net of each seed; null where it is not evaluated.</param>
    /// <param name="seed">That of trials which name none.</param>
    public static SeedSummary Of(IReadOnlyList<TrialResult> trials, IReadOnlyList<DenseResult> dense, long seed)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(dense);
        var evaluated = dense.Where(net => net.Metrics is not null).ToList();
        var known = evaluated.ToDictionary(net => net.Seed, net => net.Metrics!);

        // Loaded weights that nothing trains are one net for all seeds, and one value.
        var nets = evaluated.DistinctBy(net => net.Stages.LastOrDefault()).ToList();
        return new SeedSummary
        {
            Dense = nets.Count == 0 ? null : NetSummary.Of(null, [.. nets.Select(net => (net.Metrics!, (TrialMetrics?)null))]),
            Settings =
            [
                .. trials.Where(trial => trial.Metrics is not null)
                    .GroupBy(trial => trial.Settings with { Seed = null })
                    .Select(group => NetSummary.Of(
                        group.Key,
                        [.. group.Select(trial => (trial.Metrics!, known.GetValueOrDefault(trial.Settings.Seed ?? seed)))])),
            ],
        };
    }
}

/// <summary>One net over its seeds.</summary>
public sealed record NetSummary
{
    /// <summary>Without a seed; null for the unpruned net.</summary>
    public TrialSettings? Settings { get; init; }

    /// <summary>n, seeds with a complete trial; for the unpruned net, how many different ones there are.</summary>
    public required int Seeds { get; init; }

    /// <summary>Top-1 on the validation split.</summary>
    public required Spread Accuracy { get; init; }

    /// <summary>Top-1 on the test split.</summary>
    public required Spread TestAccuracy { get; init; }

    /// <summary>Accuracy less that of the unpruned net of the same seed; null where none is evaluated, and for the unpruned net.</summary>
    public Spread? Difference { get; init; }

    /// <summary>The same on the test split.</summary>
    public Spread? TestDifference { get; init; }

    public required Spread Parameters { get; init; }

    public required Spread Flops { get; init; }

    /// <summary>Unstructured methods: parameters that are 0; zeros, not savings.</summary>
    public Spread? Zeros { get; init; }

    internal static NetSummary Of(TrialSettings? settings, IReadOnlyList<(TrialMetrics Net, TrialMetrics? Dense)> seeds) => new()
    {
        Settings = settings,
        Seeds = seeds.Count,
        Accuracy = Spread.Of(seeds.Select(seed => seed.Net.Accuracy))!,
        TestAccuracy = Spread.Of(seeds.Select(seed => seed.Net.TestAccuracy))!,
        Difference = Spread.Of(seeds.Where(seed => seed.Dense is not null).Select(seed => seed.Net.Accuracy - seed.Dense!.Accuracy)),
        TestDifference = Spread.Of(seeds.Where(seed => seed.Dense is not null).Select(seed => seed.Net.TestAccuracy - seed.Dense!.TestAccuracy)),
        Parameters = Spread.Of(seeds.Select(seed => (double)seed.Net.Parameters))!,
        Flops = Spread.Of(seeds.Select(seed => (double)seed.Net.Flops))!,
        Zeros = Spread.Of(seeds.Where(seed => seed.Net.Zeros is not null).Select(seed => (double)seed.Net.Zeros!.Value)),
    };
}

/// <summary>A mean, and how far the values lie around it.</summary>
public sealed record Spread
{
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the sample, with n − 1; null for one value.</summary>
    public double? Deviation { get; init; }

    /// <returns>Null without values.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        if (all.Length == 0)
        {
            return null;
        }

        var mean = all.Average();
        return new Spread
        {
            Mean = mean,
            Deviation = all.Length == 1 ? null : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)),
        };
    }
}
