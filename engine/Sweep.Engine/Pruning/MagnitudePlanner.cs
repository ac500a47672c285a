using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Plans by group norms: the projection of GOHSP's ADMM.</summary>
public static class MagnitudePlanner
{
    /// <summary>
    /// The Euclidean projection onto the budgets: the heads that come first in <paramref name="heads"/>, and of the groups inside them
    /// those of largest norm. Equal norms: the lower channel number stays.
    /// </summary>
    public static PruningPlan WithBudgets(Net net, IReadOnlyList<BlockBudget> budgets, HeadScores heads)
    {
        ArgumentNullException.ThrowIfNull(net);
        return GroupPlanner.WithBudgets(net.Shape, budgets, GroupScores.Of(net), heads);
    }
}
