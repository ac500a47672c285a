namespace Sweep.Planning;

/// <summary>
/// The one box in which the hypervolumes of all compared experiments are measured. Accuracy counts from 0 to 1; parameters and FLOPs from those of the
/// unpruned net, the largest of the experiments', down to 0, or where none is evaluated from the largest of all trials; latency as a fraction of the
/// unpruned net's that was measured beside it, from 1 to 0. Worse than the reference counts for nothing.
/// </summary>
public sealed record CommonBox
{
    public required IReadOnlyList<Objective> Objectives { get; init; }

    /// <summary>The reference point, in base units, [D].</summary>
    public required IReadOnlyList<double> Reference { get; init; }

    /// <summary>The ideal point, [D].</summary>
    public required IReadOnlyList<double> Ideal { get; init; }

    public static CommonBox Of(IReadOnlyList<ExperimentResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var objectives = results[0].Objectives;
        var dense = results.Select(result => result.Dense).OfType<TrialMetrics>().ToList();
        var nets = dense.Count > 0 ? dense : [.. results.SelectMany(result => result.Trials).Select(trial => trial.Metrics).OfType<TrialMetrics>()];
        return new CommonBox
        {
            Objectives = objectives,
            Reference =
            [
                .. objectives.Select(objective => objective.Metric switch
                {
                    Metric.Accuracy => 0,
                    Metric.Latency => 1,
                    _ => nets.Select(net => ObjectiveValues.Of(objective.Metric, net)).DefaultIfEmpty(1).Max(),
                }),
            ],
            Ideal = [.. objectives.Select(objective => objective.Metric == Metric.Accuracy ? 1.0 : 0)],
        };
    }

    /// <summary>How far a net lies from the reference point towards the ideal one, [D]; below 0 for worse than the reference.</summary>
    public IReadOnlyList<double> Gains(TrialMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return
        [
            .. Objectives.Select((objective, d) =>
            {
                var value = objective.Metric == Metric.Latency
                    ? ObjectiveValues.Of(Metric.Latency, metrics) / metrics.Speedups![0].Dense.P50
                    : ObjectiveValues.Of(objective.Metric, metrics);
                return (value - Reference[d]) / (Ideal[d] - Reference[d]);
            }),
        ];
    }
}
