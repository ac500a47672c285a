namespace Sweep.Planning.Report;

/// <summary>
/// Where a front bends: the net that lies farthest above the line from its cheapest to its most accurate one, both axes scaled to [0, 1] (the
/// normal-boundary idea of Das 1999, "On characterizing the knee of the Pareto curve").
/// </summary>
internal static class KneePoint
{
    /// <param name="items">Of the front in the plane of accuracy and one cost.</param>
    /// <param name="cost">Less is better.</param>
    /// <param name="accuracy">More is better.</param>
    /// <returns>Null where nothing lies between the ends and above their line.</returns>
    public static T? Of<T>(IReadOnlyList<T> items, Func<T, double> cost, Func<T, double> accuracy)
        where T : class
    {
        if (items.Count < 3)
        {
            return null;
        }

        var (cheapest, best) = (items.MinBy(cost)!, items.MaxBy(accuracy)!);
        var (across, up) = (cost(best) - cost(cheapest), accuracy(best) - accuracy(cheapest));
        if (across <= 0 || up <= 0)
        {
            return null;
        }

        double Above(T item) => (accuracy(item) - accuracy(cheapest)) / up - (cost(item) - cost(cheapest)) / across;
        var knee = items.MaxBy(Above)!;
        return Above(knee) > 1e-9 ? knee : null;
    }
}
