namespace Sweep.Planning;

/// <summary>
/// One Gaussian process for each objective over the same trials, fitted to their costs. A choice is one dimension, a number one, a parameter that does not
/// exist 0.5. Costs are scaled to mean 0 and variance 1, and what lies far above most is pulled in first (the accuracy of a net that did not
/// learn says nothing about the others). Where trials were stopped early, the length is one more dimension: those of equal epochs lie at equal
/// coordinates, in order and equally far apart up to 1 for the full length, because rungs grow by a factor. So a process learns for itself how
/// much a short measurement says about a long one (as Klein and others, "Fast Bayesian Optimization of Machine Learning Hyperparameters on Large Datasets",
/// 2017, do with the size of the data), which is everything for Flops and less for accuracy. Predictions are for the full length.
/// </summary>
internal sealed class GpObjectives
{
    private readonly ModelSpace _space;
    private readonly bool[] _choices;
    private readonly double[] _rungs;
    private readonly List<double[]> _points;
    private readonly double[][] _costs;
    private readonly (double Mean, double Deviation)[] _scales;
    private readonly GaussianProcess[] _processes;

    /// <param name="space">Of the trials.</param>
    /// <param name="trials">At least one.</param>
    /// <param name="settings">Says how much is spent on the fit.</param>
    public GpObjectives(ModelSpace space, IReadOnlyList<MeasuredTrial> trials, GpSettings settings)
    {
        _space = space;
        _rungs = [.. trials.Where(trial => trial.Epochs is not null).Select(trial => (double)trial.Epochs!.Value).Distinct().Order()];
        _choices = [.. space.Axes.Select(axis => axis.IsChoice), .. _rungs.Length > 0 ? [false] : Array.Empty<bool>()];
        _points = [.. trials.Select(trial => Features(trial.Point, trial.Epochs))];
        var dimensions = trials[0].Costs.Length;
        _costs = new double[dimensions][];
        _scales = new (double, double)[dimensions];
        _processes = new GaussianProcess[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            (_costs[d], _scales[d]) = Scale([.. trials.Select(trial => trial.Costs[d])]);
            _processes[d] = GpFit.Of([.. _points], _choices, _costs[d], settings);
        }
    }

    public int Count => _processes.Length;

    /// <summary>The scaled costs of a trial, [D].</summary>
    public double[] Costs(int trial) => [.. _costs.Select(costs => costs[trial])];

    /// <summary>Scaled back, without the pulling in.</summary>
    public double[] Unscale(ReadOnlySpan<double> scaled)
    {
        var costs = new double[scaled.Length];
        for (var d = 0; d < costs.Length; d++)
        {
            costs[d] = _scales[d].Mean + _scales[d].Deviation * scaled[d];
        }

        return costs;
    }

    /// <summary>Predicts a point's scaled costs at the full length.</summary>
    /// <param name="point">As the space has it, [P].</param>
    /// <param name="means">Filled, [D].</param>
    /// <param name="deviations">Filled, [D].</param>
    public void Predict(double[] point, Span<double> means, Span<double> deviations)
    {
        var features = Features(point, null);
        for (var d = 0; d < _processes.Length; d++)
        {
            (means[d], deviations[d]) = _processes[d].Predict(features);
        }
    }

    /// <summary>
    /// Takes a running trial's prediction for its measurement (the kriging believer of Ginsbourger and others, "Kriging is well-suited to parallelize
    /// optimization", 2010).
    /// </summary>
    /// <returns>The believed costs, scaled, [D].</returns>
    public double[] Believe(double[] point)
    {
        var features = Features(point, null);
        var believed = new double[Count];
        _points.Add(features);
        for (var d = 0; d < Count; d++)
        {
            believed[d] = _processes[d].Predict(features).Mean;
            _costs[d] = [.. _costs[d], believed[d]];
            _processes[d] = GaussianProcess.Of([.. _points], _choices, _costs[d], _processes[d].Parameters) ?? _processes[d];
        }

        return believed;
    }

    private double[] Features(double[] point, int? epochs)
    {
        var features = _space.Features(point);
        return _rungs.Length == 0 ? features : [.. features, epochs is { } length ? (double)Array.IndexOf(_rungs, length) / _rungs.Length : 1];
    }

    private static (double[] Scaled, (double Mean, double Deviation) Scale) Scale(double[] costs)
    {
        double[] sorted = [.. costs.Order()];
        var (lower, upper) = (sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
        var limit = upper > lower ? upper + 5 * (upper - lower) : double.PositiveInfinity;
        double[] near = [.. costs.Select(cost => Math.Min(cost, limit))];
        var mean = near.Average();
        var deviation = Math.Sqrt(near.Average(cost => (cost - mean) * (cost - mean)));
        deviation = deviation > 1e-12 * Math.Max(1, Math.Abs(mean)) ? deviation : 1;
        return ([.. near.Select(cost => (cost - mean) / deviation)], (mean, deviation));
    }
}
