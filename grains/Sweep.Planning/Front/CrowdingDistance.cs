namespace Sweep.Planning;

/// <summary>
/// How far apart the neighbours of each point of a front lie: the sum over the costs of the distance between the next lower and the next higher point,
/// as a fraction of the front's extent (Deb, Pratap, Agarwal, Meyarivan 2002, doi 10.1109/4235.996017, section III-B). The ends of each cost have +∞.
/// Of several equal points the first counts and the others have 0, as have points with a NaN: nothing is lost without them. A cost whose extent is 0 or
/// infinite adds nothing between its ends.
/// </summary>
public static class CrowdingDistance
{
    /// <param name="costs">[N][D], the points of one front.</param>
    /// <returns>[N], at least 0.</returns>
    /// <exception cref="ArgumentException">Some point has no cost, or not as many as the first.</exception>
    public static double[] Of(IReadOnlyList<IReadOnlyList<double>> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var points = CostPoints.Rows(costs);
        var distances = new double[points.Length];
        var members = First(points);
        if (members.Length == 0)
        {
            return distances;
        }

        for (var d = 0; d < points[0].Length; d++)
        {
            Add(points, members, d, distances);
        }

        return distances;
    }

    /// <summary>In lexical order, so that sorting by one cost breaks ties by the others and never by the order in which points were given.</summary>
    private static int[] First(double[][] points)
    {
        var sorted = CostPoints.Comparable(points);
        Array.Sort(sorted, (a, b) => Dominance.CompareLexically(points[a], points[b]) is not 0 and var order ? order : a.CompareTo(b));
        return [.. sorted.Where((i, place) => place == 0 || !points[i].AsSpan().SequenceEqual(points[sorted[place - 1]]))];
    }

    private static void Add(double[][] points, int[] members, int d, double[] distances)
    {
        var order = members.OrderBy(i => points[i][d]).ToArray();
        distances[order[0]] = double.PositiveInfinity;
        distances[order[^1]] = double.PositiveInfinity;
        var extent = points[order[^1]][d] - points[order[0]][d];
        if (extent is not (> 0 and < double.PositiveInfinity))
        {
            return;
        }

        for (var place = 1; place < order.Length - 1; place++)
        {
            distances[order[place]] += (points[order[place + 1]][d] - points[order[place - 1]][d]) / extent;
        }
    }
}
