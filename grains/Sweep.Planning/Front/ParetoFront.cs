namespace Sweep.Planning;

/// <summary>
/// The non-dominated items, in any number of objectives. A point dominates another when it is nowhere worse and somewhere better.
/// Equal points do not dominate one another, so duplicates stay together. A point with a NaN is never on the front and dominates
/// nothing. ±∞ are ordinary values at the ends of the order.
/// </summary>
public static class ParetoFront
{
    /// <param name="items">What is compared.</param>
    /// <param name="point">The objective values of an item, [D].</param>
    /// <param name="goals">Which way each objective is better, [D].</param>
    /// <returns>The items on the front, in their given order.</returns>
    /// <exception cref="ArgumentException">A point has not as many values as there are goals.</exception>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, Func<T, IReadOnlyList<double>> point, IReadOnlyList<Goal> goals)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(point);
        var costs = items.Select(item => Dominance.Costs(point(item), goals)).ToList();
        return [.. Indices(costs).Select(index => items[index])];
    }

    /// <param name="costs">[N][D], all minimised.</param>
    /// <returns>Which are on the front, ascending.</returns>
    internal static IEnumerable<int> Indices(IReadOnlyList<double[]> costs)
    {
        var sorted = Enumerable.Range(0, costs.Count).Where(i => !costs[i].Any(double.IsNaN)).ToList();
        sorted.Sort((a, b) => Dominance.CompareLexically(costs[a], costs[b]));
        var front = sorted.Count > 0 && costs[sorted[0]].Length == 2 ? Sweep(sorted, costs) : Peel(sorted, costs);
        return front.Order();
    }

    /// <summary>
    /// Two objectives, in ascending order of the first: a point stays when its second is lower than all before it, or when it equals
    /// the last that stayed.
    /// </summary>
    private static List<int> Sweep(List<int> sorted, IReadOnlyList<double[]> costs)
    {
        var front = new List<int>();
        foreach (var i in sorted)
        {
            if (front.Count == 0 || costs[i][1] < costs[front[^1]][1] || costs[i].AsSpan().SequenceEqual(costs[front[^1]]))
            {
                front.Add(i);
            }
        }

        return front;
    }

    /// <summary>
    /// Any number of objectives. In lexical order nothing is dominated by what comes later, so each point needs comparing with the
    /// front so far only.
    /// </summary>
    private static List<int> Peel(List<int> sorted, IReadOnlyList<double[]> costs)
    {
        var front = new List<int>();
        foreach (var i in sorted)
        {
            if (!front.Any(member => Dominance.Dominates(costs[member], costs[i])))
            {
                front.Add(i);
            }
        }

        return front;
    }
}
