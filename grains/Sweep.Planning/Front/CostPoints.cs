namespace Sweep.Planning;

/// <summary>Points of costs as rows of equal length.</summary>
internal static class CostPoints
{
    /// <returns>[N][D].</returns>
    /// <exception cref="ArgumentException">Some point has no cost, or not as many as the first.</exception>
    public static double[][] Rows(IReadOnlyList<IReadOnlyList<double>> costs)
    {
        var rows = new double[costs.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = costs[i] as double[] ?? [.. costs[i]];
            if (rows[i].Length == 0 || rows[i].Length != rows[0].Length)
            {
                throw new ArgumentException(
                    $"Points must all have the same number of costs, at least 1, but point 0 has {rows[0].Length} and point {i} has {rows[i].Length}.",
                    nameof(costs));
            }
        }

        return rows;
    }

    /// <returns>The points without a NaN, ascending.</returns>
    public static int[] Comparable(double[][] points) =>
        [.. Enumerable.Range(0, points.Length).Where(i => !HasNaN(points[i]))];

    public static bool HasNaN(double[] point) => Array.Exists(point, double.IsNaN);
}
