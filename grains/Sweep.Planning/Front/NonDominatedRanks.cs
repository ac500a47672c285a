namespace Sweep.Planning;

/// <summary>
/// Non-dominated sorting: the front has rank 0, the front of what is left without it rank 1, and so on. Equal points share a rank. Points with a NaN
/// come after all others, and share the last rank. Efficient non-dominated sort with binary search (Zhang, Tian, Cheng, Jin 2015,
/// doi 10.1109/TEVC.2014.2308305): O(n log n) for two costs and O(n log² n) for three; for more O(n²) at worst, and far less where there are many fronts.
/// </summary>
public static class NonDominatedRanks
{
    /// <param name="costs">[N][D], less is better.</param>
    /// <returns>[N], from 0.</returns>
    /// <exception cref="ArgumentException">Some point has no cost, or not as many as the first.</exception>
    public static int[] Of(IReadOnlyList<IReadOnlyList<double>> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var points = CostPoints.Rows(costs);
        var sorted = CostPoints.Comparable(points);
        Array.Sort(sorted, (a, b) => Dominance.CompareLexically(points[a], points[b]));
        var ranks = new int[points.Length];
        var count = (points.Length > 0 ? points[0].Length : 0) switch
        {
            <= 2 => Sweep(sorted, points, ranks),
            3 => Climb(sorted, points, ranks),
            _ => Insert(sorted, points, ranks),
        };
        for (var i = 0; i < points.Length; i++)
        {
            if (CostPoints.HasNaN(points[i]))
            {
                ranks[i] = count;
            }
        }

        return ranks;
    }

    /// <summary>In lexical order a point is dominated by a front exactly when the front's least last cost is not above its own; these grow with the rank.</summary>
    /// <returns>How many fronts there are.</returns>
    private static int Sweep(int[] sorted, double[][] points, int[] ranks)
    {
        var least = new List<double>();
        for (var place = 0; place < sorted.Length; place++)
        {
            var point = points[sorted[place]];
            if (RepeatsLast(sorted, place, points))
            {
                ranks[sorted[place]] = ranks[sorted[place - 1]];
                continue;
            }

            var rank = Below(least.Count, front => least[front] <= point[^1]);
            ranks[sorted[place]] = rank;
            if (rank == least.Count)
            {
                least.Add(point[^1]);
            }
            else
            {
                least[rank] = point[^1];
            }
        }

        return least.Count;
    }

    /// <summary>In lexical order a point is dominated by a front exactly when some member is nowhere worse in the last two costs.</summary>
    private static int Climb(int[] sorted, double[][] points, int[] ranks)
    {
        var fronts = new List<Staircase>();
        for (var place = 0; place < sorted.Length; place++)
        {
            var point = points[sorted[place]];
            if (RepeatsLast(sorted, place, points))
            {
                ranks[sorted[place]] = ranks[sorted[place - 1]];
                continue;
            }

            var rank = Below(fronts.Count, front => fronts[front].Covers(point[1], point[2]));
            ranks[sorted[place]] = rank;
            if (rank == fronts.Count)
            {
                fronts.Add(new Staircase());
            }

            fronts[rank].Add(point[1], point[2]);
        }

        return fronts.Count;
    }

    /// <summary>In lexical order nothing is dominated by what comes later. Late members of a front are nearer, so they are compared first.</summary>
    private static int Insert(int[] sorted, double[][] points, int[] ranks)
    {
        var fronts = new List<List<int>>();
        for (var place = 0; place < sorted.Length; place++)
        {
            var i = sorted[place];
            if (RepeatsLast(sorted, place, points))
            {
                ranks[i] = ranks[sorted[place - 1]];
                continue;
            }

            var rank = Below(fronts.Count, front => Dominates(fronts[front], points, points[i]));
            ranks[i] = rank;
            if (rank == fronts.Count)
            {
                fronts.Add([]);
            }

            fronts[rank].Add(i);
        }

        return fronts.Count;
    }

    private static bool Dominates(List<int> front, double[][] points, double[] point)
    {
        for (var member = front.Count - 1; member >= 0; member--)
        {
            if (Dominance.Dominates(points[front[member]], point))
            {
                return true;
            }
        }

        return false;
    }

    private static bool RepeatsLast(int[] sorted, int place, double[][] points) =>
        place > 0 && points[sorted[place]].AsSpan().SequenceEqual(points[sorted[place - 1]]);

    /// <summary>What a front dominates, those of lower ranks dominate too, so the first that does not is found by halving.</summary>
    private static int Below(int count, Func<int, bool> dominates)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (dominates(middle))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
