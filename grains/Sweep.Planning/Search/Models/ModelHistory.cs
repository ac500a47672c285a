namespace Sweep.Planning;

/// <summary>A trial that was measured, at a point of this space.</summary>
/// <param name="Point">As <see cref="ModelSpace"/> has it, [P].</param>
/// <param name="Costs">Finite, [D].</param>
/// <param name="Epochs">What a trial that was stopped early was measured after; null for the full length.</param>
/// <param name="Earlier">Whether it is of an earlier experiment.</param>
internal sealed record MeasuredTrial(double[] Point, double[] Costs, int? Epochs, bool Earlier);

/// <summary>
/// A history as models see it. Trials that are not points of this space, or have other objectives than the newest (of earlier experiments, that is),
/// are left out. A trial whose costs are not finite has failed; one that was stopped before it was measured says nothing. One that a rung has measured
/// counts as measured there, whether it was stopped, waits or runs on.
/// </summary>
internal sealed class ModelHistory
{
    public ModelHistory(ModelSpace space, SearchHistory history)
    {
        var objectives = history.Observations.LastOrDefault(observation => observation.Costs is not null)?.Costs!.Count ?? 0;
        foreach (var observation in history.Observations)
        {
            if (space.Encode(observation.Values) is not { } point)
            {
                continue;
            }

            switch (observation)
            {
                case { State: ObservationState.Running, Costs: null }:
                    Running.Add(point);
                    break;
                case { State: ObservationState.Censored, Costs: null }:
                    break;
                case { State: ObservationState.Failed } or { Costs: null }:
                    Failed.Add(point);
                    break;
                case { Costs: { } costs } when costs.Count == objectives:
                    if (costs.All(double.IsFinite))
                    {
                        var epochs = observation.State == ObservationState.Complete ? (int?)null : observation.Epochs ?? 0;
                        Measured.Add(new MeasuredTrial(point, [.. costs], epochs, observation.Trial < 0));
                    }
                    else
                    {
                        Failed.Add(point);
                    }

                    break;
            }
        }

        Objectives = objectives;
    }

    /// <summary>D; 0 before the first measurement.</summary>
    public int Objectives { get; }

    /// <summary>In the history's order.</summary>
    public List<MeasuredTrial> Measured { get; } = [];

    /// <summary>Points, [P] each.</summary>
    public List<double[]> Failed { get; } = [];

    /// <summary>Points, [P] each.</summary>
    public List<double[]> Running { get; } = [];
}
