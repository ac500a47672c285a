using Sweep.Planning;

namespace Sweep.Grains;

/// <summary>Completes a result document that is made to be kept.</summary>
public static class FrontHistories
{
    /// <summary>The document with the training of the first nets on its front.</summary>
    public static async Task<ExperimentResult> WithCurves(this ISweepApi api, ExperimentResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(result);
        var stages = FrontCurves.Stages(result, ISweepApi.MostHistories);
        return stages.Count == 0 ? result : FrontCurves.With(result, await api.GetHistories(stages, cancellationToken));
    }
}
