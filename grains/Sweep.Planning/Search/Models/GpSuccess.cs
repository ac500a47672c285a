namespace Sweep.Planning;

/// <summary>
/// How likely a trial does not fail: least-squares classification (Rasmussen and Williams, Gaussian Processes for Machine Learning, 6.5), a Gaussian process
/// over +1 for trials that were measured and −1 for failed ones, whose mean without data is +1. Its length scales are fixed, since failures are few:
/// a failure casts doubt on its surroundings and no further, and among successes it counts for little.
/// </summary>
internal sealed class GpSuccess
{
    private const double Noise = 0.02;

    /// <summary>At most so many failed trials are kept, the newest.</summary>
    private const int MostFailed = 100;

    private readonly ModelSpace _space;
    private readonly GaussianProcess _process;

    private GpSuccess(ModelSpace space, GaussianProcess process) => (_space, _process) = (space, process);

    /// <param name="space">Of the points.</param>
    /// <param name="measured">The trials that did not fail.</param>
    /// <param name="failed">Points, [F][P].</param>
    /// <returns>Null when none failed.</returns>
    public static GpSuccess? Of(ModelSpace space, IReadOnlyList<MeasuredTrial> measured, IReadOnlyList<double[]> failed)
    {
        double[][] failures = [.. failed.TakeLast(MostFailed).Select(space.Features)];
        if (failures.Length == 0)
        {
            return null;
        }

        double[][] points = [.. measured.Select(trial => space.Features(trial.Point)), .. failures];
        double[] labels = [.. measured.Select(_ => 0.0), .. failures.Select(_ => -2.0)];
        double[] parameters = [.. Enumerable.Repeat(Math.Log(0.2 * Math.Sqrt(space.Axes.Count)), space.Axes.Count), 0, Math.Log(Noise)];
        return GaussianProcess.Of(points, [.. space.Axes.Select(axis => axis.IsChoice)], labels, parameters) is { } process ? new GpSuccess(space, process) : null;
    }

    /// <returns>In (0, 1).</returns>
    public double At(double[] point)
    {
        var (mean, deviation) = _process.Predict(_space.Features(point));
        return Gaussian.Distribution((1 + mean) / Math.Sqrt(deviation * deviation + Noise));
    }
}
