using System.Globalization;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>What is simulated.</summary>
public sealed record SimulationInput
{
    public required ClusterModel Cluster { get; init; }

    /// <summary>All submitted at the start, in this order.</summary>
    public required IReadOnlyList<SweepSpec> Experiments { get; init; }

    public long Seed { get; init; }

    /// <summary>Of Evaluate stages that a past experiment has measured; the others get a value of the surface.</summary>
    public IReadOnlyDictionary<StageId, TrialMetrics> Measured { get; init; } = new Dictionary<StageId, TrialMetrics>();

    /// <summary>What stages like these took once; null, and for others, where the cluster says how long stages take.</summary>
    public PastTimes? Took { get; init; }
}

/// <summary>Runs experiments in virtual time, by the product's own planner, searchers, stage records and queue. Pure: equal inputs give equal reports.</summary>
public static class Simulator
{
    /// <exception cref="ArgumentException">Two experiments have one name.</exception>
    public static SimulationReport Run(SimulationInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SimulationRun(input).Run();
    }

    /// <summary>The outcomes of a past experiment, by its Evaluate stages.</summary>
    public static IReadOnlyDictionary<StageId, TrialMetrics> MeasuredBy(ExperimentResult past)
    {
        ArgumentNullException.ThrowIfNull(past);
        var paths = past.Trials.Select(trial => (trial.Stages, trial.Metrics)).Append((past.DenseStages, past.Dense))
            .Concat((past.DenseSeeds ?? []).Select(dense => (dense.Stages, dense.Metrics)));
        var measured = new Dictionary<StageId, TrialMetrics>();
        foreach (var (stages, metrics) in paths.Where(path => path.Item2 is not null))
        {
            foreach (var stage in stages.Where(stage => stage.Kind == StageKind.Evaluate).TakeLast(1))
            {
                measured[stage] = metrics!;
            }
        }

        return measured;
    }

    internal static SchedulingOptions OptionsOf(SchedulingModel model)
    {
        var options = new SchedulingOptions();
        options.Lease = model.Lease is { } lease ? TimeSpan.FromSeconds(lease) : options.Lease;
        options.LossLimit = model.LossLimit ?? options.LossLimit;
        options.InfrastructureLimit = model.InfrastructureLimit ?? options.InfrastructureLimit;
        options.BackOff = model.BackOff is { } wait ? TimeSpan.FromSeconds(wait) : options.BackOff;
        return options;
    }

    internal static string Line(DateTimeOffset now, string what) => string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks} {what}\n");
}
