namespace Sweep.Planning;

/// <summary>
/// The share of the reference box that a set of points dominates, in any number of objectives, exact up to rounding. Points are
/// gains: 0 at the reference point, 1 at the ideal one, so the box has volume 1. Gains beyond the box (±∞ included) are cut off at
/// its sides; a point with a NaN counts for nothing.
/// </summary>
public static class Hypervolume
{
    /// <param name="gains">[N][D], D at least 1, the same for all.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">Some point has no value, or not as many as the first.</exception>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> gains)
    {
        ArgumentNullException.ThrowIfNull(gains);
        if (gains.Count == 0)
        {
            return 0;
        }

        var dimensions = gains[0].Count;
        if (dimensions < 1 || gains.Any(gain => gain.Count != dimensions))
        {
            throw new ArgumentException(
                $"Points must all have the same number of objectives, at least 1, but have {string.Join(", ", gains.Select(gain => gain.Count).Distinct())}.", nameof(gains));
        }

        var clipped = gains.Where(gain => !gain.Any(double.IsNaN)).Select(gain => gain.Select(value => Math.Clamp(value, 0, 1)).ToArray());
        return dimensions switch
        {
            1 => clipped.Select(gain => gain[0]).DefaultIfEmpty(0).Max(),
            2 => Area(clipped.Select(gain => (gain[0], gain[1]))),
            _ => Volume(clipped, dimensions),
        };
    }

    /// <summary>Sweeps along x from the right; each point adds the strip above the highest y so far.</summary>
    private static double Area(IEnumerable<(double X, double Y)> points)
    {
        var area = 0.0;
        var height = 0.0;
        foreach (var (x, y) in points.OrderByDescending(point => point.X))
        {
            if (y > height)
            {
                area += x * (y - height);
                height = y;
            }
        }

        return area;
    }

    /// <summary>
    /// Slices along the last gain z from the top: between two neighbouring z the cross-section is what all points above dominate in the gains before it.
    /// O(n² log n) in three objectives, which for a front of hundreds is less than a millisecond; the O(n log n) sweep needs a balanced tree and was not
    /// worth it. Each further objective costs a factor n.
    /// </summary>
    private static double Volume(IEnumerable<double[]> points, int dimensions)
    {
        if (dimensions == 2)
        {
            return Area(points.Select(point => (point[0], point[1])));
        }

        var z = dimensions - 1;
        var sorted = points.OrderByDescending(point => point[z]).ToList();
        var volume = 0.0;
        for (var i = 0; i < sorted.Count; i++)
        {
            var floor = i + 1 < sorted.Count ? sorted[i + 1][z] : 0;
            if (sorted[i][z] > floor)
            {
                volume += (sorted[i][z] - floor) * Volume(sorted.Take(i + 1), z);
            }
        }

        return volume;
    }
}
