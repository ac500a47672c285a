namespace Sweep.Planning;

/// <summary>
/// A front that grows point by point, with the rules of <see cref="ParetoFront"/>. Adding costs one comparison a member, whatever
/// the number of points seen.
/// </summary>
public sealed class IncrementalFront<T>
{
    private readonly IReadOnlyList<Goal> _goals;
    private readonly IReadOnlyList<(T Item, double[] Costs)> _members;

    /// <summary>An empty front.</summary>
    public IncrementalFront(IReadOnlyList<Goal> goals)
        : this(goals, [])
    {
    }

    private IncrementalFront(IReadOnlyList<Goal> goals, IReadOnlyList<(T Item, double[] Costs)> members)
    {
        _goals = goals;
        _members = members;
    }

    /// <summary>In the order they were added.</summary>
    public IEnumerable<T> Items => _members.Select(member => member.Item);

    public int Count => _members.Count;

    /// <returns>The front with the item, less what it dominates; this same front when the item does not belong on it.</returns>
    /// <exception cref="ArgumentException">The point has not as many values as there are goals.</exception>
    public IncrementalFront<T> Add(T item, IReadOnlyList<double> point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var costs = Dominance.Costs(point, _goals);
        return costs.Any(double.IsNaN) || _members.Any(member => Dominance.Dominates(member.Costs, costs))
            ? this
            : new IncrementalFront<T>(_goals, [.. _members.Where(member => !Dominance.Dominates(costs, member.Costs)), (item, costs)]);
    }
}
