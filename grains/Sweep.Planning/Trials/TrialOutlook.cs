namespace Sweep.Planning;

/// <summary>
/// What can be said of an experiment's trials before it runs: all of a grid, and of a search that does not learn; of one that learns those it starts
/// with, and how many there will be at most.
/// </summary>
public sealed record TrialOutlook
{
    /// <summary>More are not laid out: figures then are of the first so many.</summary>
    public const int MostLaidOut = 10_000;

    /// <summary>Unpruned nets, the trials that are known, and after them those that stand in for what a searcher will choose.</summary>
    public required ExperimentPlan Plan { get; init; }

    /// <summary>The plan with those trials alone that are known.</summary>
    public required ExperimentPlan Known { get; init; }

    /// <summary>How many there will be at most.</summary>
    public required int Trials { get; init; }

    /// <summary>How many of the plan's trials, from the first on, will be exactly these.</summary>
    public required int Foreknown { get; init; }

    /// <summary>Who chooses the settings; null for a grid.</summary>
    public SearchAlgorithm? Chooser { get; init; }

    /// <summary>Of <see cref="SearchAlgorithm.Auto"/>: which searcher it takes, and why; null for another.</summary>
    public string? Choice { get; init; }

    /// <summary>
    /// Epochs of training that no choice of the searcher exceeds: those of the trials that are known, and for each other one as many as the longest path
    /// has behind the unpruned net.
    /// </summary>
    public required long EpochsAtMost { get; init; }

    /// <summary>Whether the plan is what will run if nothing ends it before; else its figures are an estimate.</summary>
    public bool IsExact => Foreknown == Trials;

    /// <summary>What may end the experiment before its last trial, by its key in the spec.</summary>
    public required IReadOnlyList<string> EndsSoonerBy { get; init; }

    public static TrialOutlook Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var most = Math.Min(spec.Search.Trials ?? int.MaxValue, spec.Limits?.Trials ?? int.MaxValue);
        return spec.Search.Algorithm == SearchAlgorithm.Grid ? OfGrid(spec, most) : OfSearch(spec, most);
    }

    private static TrialOutlook OfGrid(SweepSpec spec, int most)
    {
        var whole = ExperimentPlanner.Plan(spec);
        var plan = First(whole, most);
        return new TrialOutlook
        {
            Plan = plan,
            Known = plan,
            Trials = plan.Trials.Count,
            Foreknown = plan.Trials.Count,
            EpochsAtMost = plan.EpochsNeeded,
            EndsSoonerBy = Limits(spec),
        };
    }

    private static TrialOutlook OfSearch(SweepSpec spec, int most)
    {
        var drawn = DrawnTrials.Of(spec, Math.Min(most, MostLaidOut));
        var plan = ExperimentPlanner.Plan(spec, drawn.Settings);
        var trials = drawn.Exhausted ? drawn.Settings.Count : most;
        var known = First(plan, drawn.Foreknown);
        return new TrialOutlook
        {
            Plan = plan,
            Known = known,
            Trials = trials,
            Foreknown = drawn.Foreknown,
            Chooser = spec.Search.Algorithm,
            Choice = drawn.Choice,
            EpochsAtMost = known.EpochsNeeded + (trials - drawn.Foreknown) * LongestPath(spec, plan),
            EndsSoonerBy = Limits(spec),
        };
    }

    private static ExperimentPlan First(ExperimentPlan plan, int count)
    {
        if (count >= plan.Trials.Count)
        {
            return plan;
        }

        var trials = plan.Trials.Take(count).ToList();
        var distinct = trials.Concat(plan.DenseSeeds).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToList();
        return plan with
        {
            Trials = trials,
            EpochsAsked = trials.Sum(trial => trial.Stages.Sum(stage => stage.Epochs)),
            EpochsNeeded = distinct.Sum(stage => stage.Epochs),
            Stages = distinct.Count,
        };
    }

    /// <summary>Most epochs that a trial of the space can add to those of the unpruned nets.</summary>
    private static long LongestPath(SweepSpec spec, ExperimentPlan plan)
    {
        var planner = new TrialPlanner(spec);
        var dense = plan.DenseSeeds.SelectMany(net => net.Stages).Select(stage => stage.Id).ToHashSet();
        var sparsity = spec.Space.Sparsity.Range?[0] ?? spec.Space.Sparsity.Values[0];
        var epochs = spec.Space.FinetuneEpochs is { } axis ? (int?)(axis.Range?[1] ?? axis.Values.Max()) : null;
        return spec.Space.Method.Values.Max(method => planner.Plan(0, new TrialSettings
        {
            Method = method,
            Sparsity = sparsity,
            Lambda = TrialSpace.DefaultLambda(spec, method),
            Rho = TrialSpace.DefaultRho(spec, method),
            Seed = spec.Space.Seed?.Values[0],
            FinetuneEpochs = epochs,
        }).Stages.Where(stage => !dense.Contains(stage.Id)).Sum(stage => (long)stage.Epochs));
    }

    private static IReadOnlyList<string> Limits(SweepSpec spec) =>
    [
        .. new (string Key, bool Given)[]
        {
            ("limits.deviceHours", spec.Limits?.DeviceHours is not null),
            ("limits.wallTime", spec.Limits?.WallTime is not null),
            ("limits.failures", spec.Limits?.Failures is not null),
            ("stopping.plateau", spec.Stopping?.Plateau is not null),
        }.Where(limit => limit.Given).Select(limit => limit.Key),
    ];
}
