namespace Sweep.Planning;

/// <summary>
/// A density over a space: one kernel around each of some points and a uniform one, weighted, each the product over the parameters (Bergstra and
/// others, "Algorithms for Hyper-Parameter Optimization", 2011, section 4; over all parameters at once as in Falkner and others, "BOHB", 2018).
/// A number's kernel is a normal distribution cut off at [0, 1], integrated over the cell of a discrete value; a choice's leaves a share to the other
/// names. A point that lacks a parameter says nothing of it: its kernel is uniform there.
/// </summary>
internal sealed class ParzenEstimator
{
    private readonly IReadOnlyList<UnitAxis> _axes;
    private readonly double[][] _points;
    private readonly double[] _cumulative;
    private readonly double[] _logWeights;
    private readonly double[,] _deviations;
    private readonly double[,] _logMasses;

    /// <param name="axes">All axes, [P].</param>
    /// <param name="axis">The only one that the density is over; null for all.</param>
    /// <param name="points">The kernels' middles, [N][P].</param>
    /// <param name="weights">At least 0, [N]; the uniform kernel weighs 1.</param>
    public ParzenEstimator(IReadOnlyList<UnitAxis> axes, int? axis, IReadOnlyList<double[]> points, IReadOnlyList<double> weights)
    {
        _axes = axes;
        (First, Last) = axis is { } only ? (only, only) : (0, axes.Count - 1);
        _points = [.. points];
        var total = weights.Sum() + 1;
        _cumulative = new double[_points.Length];
        _logWeights = new double[_points.Length + 1];
        var sum = 0.0;
        for (var i = 0; i < _points.Length; i++)
        {
            sum += weights[i] / total;
            _cumulative[i] = sum;
            _logWeights[i] = Math.Log(weights[i] / total);
        }

        _logWeights[^1] = -Math.Log(total);
        _deviations = new double[_points.Length, axes.Count];
        _logMasses = new double[_points.Length, axes.Count];
        for (var d = First; d <= Last; d++)
        {
            var here = Enumerable.Range(0, _points.Length).Where(i => !double.IsNaN(_points[i][d])).ToArray();
            var deviations = axes[d].IsChoice ? [] : axis is null ? Silverman(here) : Neighbours(here, d);
            for (var i = 0; i < deviations.Length; i++)
            {
                var (middle, deviation) = (_points[here[i]][d], deviations[i]);
                _deviations[here[i], d] = deviation;
                _logMasses[here[i], d] = Math.Log(Gaussian.Distribution((1 - middle) / deviation) - Gaussian.Distribution(-middle / deviation));
            }
        }
    }

    private int First { get; }

    private int Last { get; }

    /// <summary>Draws the density's parameters into a point, in the order of the space.</summary>
    public void Draw(SearchRandom random, double[] point)
    {
        var place = Array.BinarySearch(_cumulative, random.NextDouble());
        var kernel = place < 0 ? ~place : place;
        for (var d = First; d <= Last; d++)
        {
            point[d] = double.NaN;
            if (_axes[d].Exists(point))
            {
                point[d] = kernel == _points.Length || double.IsNaN(_points[kernel][d]) ? Uniform(random, _axes[d]) : Draw(random, kernel, d);
            }
        }
    }

    /// <summary>The logarithm of the density (of the probability, in discrete parameters) at a point, [P].</summary>
    public double LogDensity(double[] point)
    {
        var logs = new double[_logWeights.Length];
        var cells = new (double Low, double High)?[_axes.Count];
        for (var d = First; d <= Last; d++)
        {
            cells[d] = double.IsNaN(point[d]) || _axes[d].IsChoice ? null : _axes[d].Cell(point[d]);
        }

        for (var kernel = 0; kernel < logs.Length; kernel++)
        {
            logs[kernel] = _logWeights[kernel];
            for (var d = First; d <= Last && logs[kernel] > double.NegativeInfinity; d++)
            {
                if (!double.IsNaN(point[d]))
                {
                    logs[kernel] += kernel == _points.Length || double.IsNaN(_points[kernel][d]) ? LogUniform(d, cells[d]) : LogKernel(point[d], kernel, d, cells[d]);
                }
            }
        }

        var most = logs.Max();
        return most + Math.Log(logs.Sum(log => Math.Exp(log - most)));
    }

    private double Draw(SearchRandom random, int kernel, int d)
    {
        var middle = _points[kernel][d];
        if (_axes[d].IsChoice)
        {
            return random.NextDouble() < OwnShare(d) ? middle : Uniform(random, _axes[d]);
        }

        var deviation = _deviations[kernel, d];
        var below = Gaussian.Distribution(-middle / deviation);
        var above = Gaussian.Distribution((1 - middle) / deviation);
        return _axes[d].Snap(Math.Clamp(middle + deviation * Gaussian.Quantile(below + random.NextDouble() * (above - below)), 0, 1));
    }

    private double LogKernel(double coordinate, int kernel, int d, (double Low, double High)? cell)
    {
        var middle = _points[kernel][d];
        if (_axes[d].IsChoice)
        {
            var own = OwnShare(d);
            return Math.Log((1 - own) / _axes[d].Count!.Value + (coordinate == middle ? own : 0));
        }

        var deviation = _deviations[kernel, d];
        if (cell is var (low, high))
        {
            return Math.Log(Math.Max(double.Epsilon, Gaussian.Distribution((high - middle) / deviation) - Gaussian.Distribution((low - middle) / deviation)))
                - _logMasses[kernel, d];
        }

        var z = (coordinate - middle) / deviation;
        return -z * z / 2 - Math.Log(deviation * Math.Sqrt(2 * Math.PI)) - _logMasses[kernel, d];
    }

    private double LogUniform(int d, (double Low, double High)? cell) =>
        _axes[d].IsChoice ? -Math.Log(_axes[d].Count!.Value) : cell is var (low, high) ? Math.Log(high - low) : 0;

    private static double Uniform(SearchRandom random, UnitAxis axis) =>
        axis.IsChoice ? Math.Floor(random.NextDouble() * axis.Count!.Value) : axis.Snap(random.NextDouble());

    /// <summary>What a choice's kernel keeps for its own name; the rest is spread over all. Nears 1 as the points grow in number.</summary>
    private double OwnShare(int d) => 1 / (1 + (double)_axes[d].Count!.Value / (_points.Length + 1));

    /// <summary>
    /// All parameters at once: Silverman's rule up to its constant, 0.2·n^(−1/(P + 4)), the same for every kernel.
    /// </summary>
    private double[] Silverman(int[] here) =>
        [.. Enumerable.Repeat(0.2 * Math.Pow(Math.Max(1, here.Length), -1.0 / (_axes.Count + 4)), here.Length)];

    /// <summary>
    /// One parameter: the distance to the farther neighbour (the uniform kernel's middle is one), at least 1/min(100, n + 2), as Bergstra's estimator has it.
    /// </summary>
    private double[] Neighbours(int[] here, int d)
    {
        double[] sorted = [.. here.Select(i => _points[i][d]).Append(0.5).Order()];
        var least = 1.0 / Math.Min(100, here.Length + 2);
        return Array.ConvertAll(here, i =>
        {
            var place = Array.BinarySearch(sorted, _points[i][d]);
            var left = place > 0 ? sorted[place] - sorted[place - 1] : 0;
            var right = place + 1 < sorted.Length ? sorted[place + 1] - sorted[place] : 0;
            return Math.Clamp(Math.Max(left, right), least, 1);
        });
    }
}
