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
    /// How far each objective lies from the reference point (accuracy 0; the dense net's parameters and flops) towards the ideal one
    /// (accuracy 1; 0 parameters and flops), as a fraction, [D].
    /// </summary>
    public static IReadOnlyList<double> Gains(IReadOnlyList<Objective> objectives, TrialMetrics metrics, TrialMetrics dense)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        ArgumentNullException.ThrowIfNull(dense);
        return
        [
            .. objectives.Select(objective => objective.Metric == Metric.Accuracy
                ? metrics.Accuracy
                : 1 - Of(objective.Metric, metrics) / Of(objective.Metric, dense)),
        ];
    }

    public static IReadOnlyList<Goal> Goals(this IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        return [.. objectives.Select(objective => objective.Goal)];
    }
}
