using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Reads objectives off a trial's metrics.</summary>
public static class ObjectiveValues
{
    /// <summary>The value of a metric, in base units. Accuracy is the validation split's: the test split is never selected on.</summary>
    public static double Of(Metric metric, TrialMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return metric switch
        {
            Metric.Accuracy => metrics.Accuracy,
            Metric.Parameters => metrics.Parameters,
            Metric.Flops => metrics.Flops,
            Metric.Latency => First(metrics).Net.P50,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
        };
    }

    /// <summary>One value for each objective, [D].</summary>
    public static IReadOnlyList<double> Of(IReadOnlyList<Objective> objectives, TrialMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        return [.. objectives.Select(objective => Of(objective.Metric, metrics))];
    }

    /// <summary>
    /// How far each objective lies from the reference point (accuracy 0; the dense net's costs) towards the ideal one (accuracy 1; no
    /// cost), as a fraction, [D]. The dense net's latency is the one measured beside this net's, run by run.
    /// </summary>
    public static IReadOnlyList<double> Gains(IReadOnlyList<Objective> objectives, TrialMetrics metrics, TrialMetrics dense)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(dense);
        return
        [
            .. objectives.Select(objective => objective.Metric switch
            {
                Metric.Accuracy => metrics.Accuracy,
                Metric.Latency => 1 - First(metrics).Net.P50 / First(metrics).Dense.P50,
                _ => 1 - Of(objective.Metric, metrics) / Of(objective.Metric, dense),
            }),
        ];
    }

    private static BatchBenchmark First(TrialMetrics metrics) => metrics.Speedups is [var first, ..] ? first
        : throw new ArgumentException("A net must have been benchmarked for its latency, but was not.", nameof(metrics));

    /// <summary>The values turned so that less is better, [D].</summary>
    public static IReadOnlyList<double> Costs(IReadOnlyList<Objective> objectives, TrialMetrics metrics) =>
        Dominance.Costs(Of(objectives, metrics), objectives.Goals());

    public static IReadOnlyList<Goal> Goals(this IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        return [.. objectives.Select(objective => objective.Goal)];
    }
}
