namespace Sweep.Planning;

/// <summary>
/// Orders the points of one front so that its every beginning is spread over it: the best in each objective first, then always the point farthest
/// from those before it (an ε-net by Gonzalez's farthest-first traversal, 1985, within twice the least ε for every number of points; used to
/// break ties of rank by Schmucker et al. 2021, arXiv:2106.12639).
/// </summary>
/// <remarks>
/// Not the crowding distance of NSGA-II: that is taken once, so where many trials agree, as they do around what a searcher likes, all of them are
/// crowded and all would be cut. Here one of them always stays.
/// </remarks>
internal static class FrontNet
{
    /// <summary>After so many points the net is finer than a choice among the rest could matter: they follow by their distance to it.</summary>
    public const int Picks = 256;

    /// <param name="front">Points without NaN, each axis scaled here to the range of the front; an infinite cost counts as the worst or best finite one.</param>
    /// <returns>Indices into the front, first of the order first; of equals the lower trial number.</returns>
    public static int[] Order(IReadOnlyList<RungEntry> front)
    {
        if (front.Count == 0)
        {
            return [];
        }

        var points = Scaled(front);
        var distances = new double[front.Count];
        Array.Fill(distances, double.PositiveInfinity);
        var order = new List<int>(front.Count);
        for (var axis = 0; axis < front[0].Costs.Length; axis++)
        {
            var best = 0;
            for (var i = 1; i < front.Count; i++)
            {
                var (cost, least) = (front[i].Costs[axis], front[best].Costs[axis]);
                best = cost < least || (cost == least && front[i].Trial < front[best].Trial) ? i : best;
            }

            if (distances[best] >= 0)
            {
                Pick(best);
            }
        }

        while (order.Count < front.Count && order.Count < Picks)
        {
            var farthest = -1;
            for (var i = 0; i < front.Count; i++)
            {
                if (distances[i] >= 0 && (farthest < 0 || distances[i] > distances[farthest]
                    || (distances[i] == distances[farthest] && front[i].Trial < front[farthest].Trial)))
                {
                    farthest = i;
                }
            }

            Pick(farthest);
        }

        order.AddRange(Enumerable.Range(0, front.Count).Where(i => distances[i] >= 0)
            .OrderByDescending(i => distances[i]).ThenBy(i => front[i].Trial));
        return [.. order];

        void Pick(int pick)
        {
            order.Add(pick);
            for (var i = 0; i < points.Length; i++)
            {
                distances[i] = Math.Min(distances[i], SquaredDistance(points[i], points[pick]));
            }

            distances[pick] = -1;
        }
    }

    private static double[][] Scaled(IReadOnlyList<RungEntry> front)
    {
        var points = front.Select(entry => entry.Costs.ToArray()).ToArray();
        for (var axis = 0; axis < points[0].Length; axis++)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var point in points)
            {
                if (double.IsFinite(point[axis]))
                {
                    low = Math.Min(low, point[axis]);
                    high = Math.Max(high, point[axis]);
                }
            }

            foreach (var point in points)
            {
                point[axis] = high > low ? (Math.Clamp(point[axis], low, high) - low) / (high - low) : 0;
            }
        }

        return points;
    }

    private static double SquaredDistance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }
}
