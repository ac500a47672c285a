namespace Sweep.Planning;

/// <summary>
/// Who comes before whom at one rung. Feasible results come first, then the others by how far they break constraints (Deb's rules, 2000); feasible ones by
/// their non-dominated rank; within a front by <see cref="FrontNet"/>; all that is equal then by trial number. A function of the set, whatever its order.
/// </summary>
internal static class RungOrder
{
    /// <summary>Equals in all but the tie-break, best first: the fronts of the feasible, then one layer for each degree of violation.</summary>
    /// <returns>Indices into the entries.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Layers(IReadOnlyList<RungEntry> entries)
    {
        var feasible = Enumerable.Range(0, entries.Count).Where(i => entries[i].Feasible).ToArray();
        var ranks = NonDominatedRanks.Of([.. feasible.Select(i => entries[i].Costs)]);
        var layers = new List<List<int>>();
        for (var i = 0; i < feasible.Length; i++)
        {
            while (layers.Count <= ranks[i])
            {
                layers.Add([]);
            }

            layers[ranks[i]].Add(feasible[i]);
        }

        var others = Enumerable.Range(0, entries.Count).Where(i => !entries[i].Feasible);
        layers.AddRange(others.GroupBy(i => entries[i].Violation).OrderBy(group => group.Key).Select(group => group.ToList()));
        return layers;
    }

    /// <returns>Indices into the entries, the best first.</returns>
    public static int[] Of(IReadOnlyList<RungEntry> entries) => [.. Layers(entries).SelectMany(layer => Within(layer, entries))];

    /// <returns>The layer in the order of the tie-break.</returns>
    public static IEnumerable<int> Within(IReadOnlyList<int> layer, IReadOnlyList<RungEntry> entries) =>
        entries[layer[0]].Feasible
            ? FrontNet.Order([.. layer.Select(i => entries[i])]).Select(place => layer[place])
            : layer.OrderBy(i => entries[i].Trial);
}
