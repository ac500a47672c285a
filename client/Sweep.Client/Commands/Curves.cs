using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>The training that a document carries where it is made to be kept.</summary>
internal static class Curves
{
    public static async Task<ExperimentResult> Add(ISweepApi api, ExperimentResult result, CancellationToken cancellationToken)
    {
        try
        {
            return await api.WithCurves(result, cancellationToken);
        }
        catch (ClientException)
        {
            return result; // a silo of before there was the question
        }
    }
}
