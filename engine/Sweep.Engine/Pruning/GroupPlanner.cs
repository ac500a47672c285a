using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Plans by scores of groups, whatever they measure (METHODS 3): how much of each block stays, then which groups.</summary>
public static class GroupPlanner
{
    /// <summary>The patterns of the one-shot baselines, whose groups are heads and MLP units (METHODS 3); columns inside heads are an option.</summary>
    public static StructurePatterns HeadsAndUnits { get; } = new() { QueryKey = false, ValueProjection = false };

    /// <summary>The groups of largest score, within the target.</summary>
    public static PruningPlan Plan(CutTarget target, StructurePatterns patterns, IReadOnlyList<GroupScores> scores)
    {
        ArgumentNullException.ThrowIfNull(target);
        var heads = HeadScores.Of(scores);
        return WithBudgets(target.Dense, Budgets(target, patterns, scores, heads), scores, heads);
    }

    /// <summary>How much of each block stays. Per layer no score decides it; globally heads compete by their importance, other groups by score.</summary>
    /// <exception cref="Sweep.Models.StageFaultException">UnreachableSparsity.</exception>
    public static IReadOnlyList<BlockBudget> Budgets(
        CutTarget target, StructurePatterns patterns, IReadOnlyList<GroupScores> scores, HeadScores heads)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Scope == PruningScope.Global
            ? GlobalBudget.Solve(target, patterns, scores, heads)
            : UniformBudget.Solve(target, patterns);
    }

    /// <summary>
    /// The heads that come first in <paramref name="heads"/>, and of the groups inside them those of largest score. Equal scores: the lower
    /// channel number stays.
    /// </summary>
    public static PruningPlan WithBudgets(
        ViTShape shape, IReadOnlyList<BlockBudget> budgets, IReadOnlyList<GroupScores> scores, HeadScores heads)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(heads);
        return new PruningPlan
        {
            Before = shape,
            Bias = RemovedBias.Fold,
            Blocks = [.. budgets.Select((budget, i) => Plan(scores[i], budget, heads.KeepOrder(i)))],
        };
    }

    private static BlockPlan Plan(GroupScores scores, BlockBudget budget, IReadOnlyList<int> keepOrder)
    {
        int[] heads = [.. keepOrder.Take(budget.Heads).Order()];
        return new BlockPlan
        {
            Heads = heads,
            QueryKey = [.. heads.Select(head => Largest(scores.QueryKey[head], budget.QueryKey))],
            Value = [.. heads.Select(head => Largest(scores.Value[head], budget.Value))],
            Mlp = Largest(scores.Mlp, budget.Mlp),
        };
    }

    private static int[] Largest(double[] scores, int count) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(count).Order()];
}
