namespace Sweep.Planning;

/// <summary>
/// The region below a reference point that no point of a front dominates, cut into disjoint boxes, and with it the exact expected hypervolume
/// improvement of independent normal costs. It is the part of the region that the new point dominates, hence its expectation
/// ∫ P(Z₁ ≤ t₁)·…·P(Z_D ≤ t_D) dt = Σ over boxes of Π_d (G_d(u_d) − G_d(l_d)), where
/// G_d(t) = ∫ up to t of P(Z_d ≤ s) ds = (t − μ)·Φ(z) + σ·φ(z), z = (t − μ)/σ (the decomposition that Emmerich, Yang and others, "A multicriteria generalization of bayesian global optimization", 2016, and
/// Yang and others, "Efficient computation of expected hypervolume improvement", 2019, sweep faster). Slicing along the last cost, box by box:
/// N + 1 boxes in two objectives, at most (N + 1)(N + 2)/2 in three, and so on.
/// </summary>
internal sealed class ImprovementBoxes
{
    private readonly double[][] _levels;
    private readonly (int Low, int High)[] _sides;
    private readonly int _dimensions;

    /// <param name="front">Costs, [N, D]; dominated ones and ones not below the reference change nothing.</param>
    /// <param name="reference">[D].</param>
    public ImprovementBoxes(IReadOnlyList<double[]> front, double[] reference)
    {
        _dimensions = reference.Length;
        var below = front.Where(point => point.Zip(reference, (cost, limit) => cost < limit).All(inside => inside)).ToList();
        var kept = ParetoFront.Indices(below).Select(index => below[index]).ToList();
        var boxes = new List<(double Low, double High)[]>();
        Cut(kept, reference, _dimensions - 1, new (double, double)[_dimensions], boxes);
        _levels = new double[_dimensions][];
        for (var d = 0; d < _dimensions; d++)
        {
            _levels[d] = [.. boxes.SelectMany(box => new[] { box[d].Low, box[d].High }).Distinct().Order()];
        }

        _sides = [.. boxes.SelectMany(box => box.Select((side, d) => (Array.BinarySearch(_levels[d], side.Low), Array.BinarySearch(_levels[d], side.High))))];
    }

    /// <summary>How many boxes there are.</summary>
    public int Count => _sides.Length / _dimensions;

    /// <param name="means">[D].</param>
    /// <param name="deviations">Positive, [D].</param>
    public double ExpectedImprovement(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations)
    {
        var gains = new double[_dimensions][];
        for (var d = 0; d < _dimensions; d++)
        {
            gains[d] = new double[_levels[d].Length];
            for (var i = 0; i < gains[d].Length; i++)
            {
                gains[d][i] = Below(_levels[d][i], means[d], deviations[d]);
            }
        }

        var sum = 0.0;
        for (var box = 0; box < _sides.Length; box += _dimensions)
        {
            var product = 1.0;
            for (var d = 0; d < _dimensions; d++)
            {
                var (low, high) = _sides[box + d];
                product *= gains[d][high] - gains[d][low];
            }

            sum += product;
        }

        return sum;
    }

    private static double Below(double level, double mean, double deviation)
    {
        if (double.IsNegativeInfinity(level))
        {
            return 0;
        }

        var z = (level - mean) / deviation;
        return Math.Max(0, (level - mean) * Gaussian.Distribution(z) + deviation * Gaussian.Density(z));
    }

    /// <summary>
    /// Cuts the region in costs 0 to <paramref name="d"/>. Between two neighbouring levels of cost d, what the points up to the lower
    /// level leave of the costs before it.
    /// </summary>
    private static void Cut(List<double[]> front, double[] reference, int d, (double Low, double High)[] box, List<(double Low, double High)[]> boxes)
    {
        if (d == 0)
        {
            box[0] = (double.NegativeInfinity, front.Select(point => point[0]).Append(reference[0]).Min());
            boxes.Add([.. box]);
            return;
        }

        double[] levels = [double.NegativeInfinity, .. front.Select(point => point[d]).Distinct().Order(), reference[d]];
        for (var i = 0; i + 1 < levels.Length; i++)
        {
            box[d] = (levels[i], levels[i + 1]);
            var active = front.Where(point => point[d] <= levels[i]).ToList();
            Cut(d == 1 ? active : Shadow(active, d), reference, d - 1, box, boxes);
        }
    }

    /// <summary>The points that are not dominated in costs 0 to <paramref name="d"/> − 1.</summary>
    private static List<double[]> Shadow(List<double[]> front, int d)
    {
        var shadows = front.Select(point => point[..d]).ToList();
        return [.. ParetoFront.Indices(shadows).Select(index => front[index])];
    }
}
