using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary><see cref="UniformCut"/>, held to its target.</summary>
public static class UniformBudget
{
    /// <returns>One budget a block.</returns>
    /// <exception cref="Sweep.Models.StageFaultException">UnreachableSparsity; names the largest one reachable.</exception>
    public static IReadOnlyList<BlockBudget> Solve(CutTarget target, StructurePatterns patterns)
    {
        ArgumentNullException.ThrowIfNull(target);
        var budgets = UniformCut.Solve(target, patterns);
        target.Require(target.Cost(budgets), target.Cost(UniformCut.Narrowest(target, patterns)));
        return budgets;
    }
}
