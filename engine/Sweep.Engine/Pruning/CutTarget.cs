using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>A goal that a cut is held to: what breaks it ends the stage.</summary>
public sealed class CutTarget : CutGoal
{
    /// <inheritdoc cref="CutGoal(ViTShape, double, PruningBudget?, PruningScope)"/>
    /// <exception cref="StageFaultException">InvalidRecipe.</exception>
    public CutTarget(ViTShape dense, double sparsity, PruningBudget? budget = null, PruningScope scope = PruningScope.PerLayer)
        : base(dense, Sound(sparsity, budget), budget, scope)
    {
    }

    /// <param name="reached">Cost of the cut net.</param>
    /// <param name="least">Cost of the smallest net that the method can make.</param>
    /// <exception cref="StageFaultException">UnreachableSparsity. Never where channels are counted: their rate is met by definition.</exception>
    public void Require(long reached, long least)
    {
        if (Measure == BudgetTarget.Channels)
        {
            return;
        }

        if (least > Wanted + Slack)
        {
            throw StageFaultException.UnreachableSparsity(Sparsity, 1 - (double)least / DenseCost, Slack / DenseCost);
        }

        if (Error(reached) > Slack)
        {
            throw StageFaultException.SparsityNotMet(Sparsity, 1 - (double)reached / DenseCost, Slack / DenseCost);
        }
    }

    private static double Sound(double sparsity, PruningBudget? budget)
    {
        if (!(sparsity >= 0 && sparsity < 1))
        {
            throw StageFaultException.InvalidRecipe($"0 <= sparsity < 1 must hold, but sparsity is {sparsity}.");
        }

        if (budget?.MultipleOf < 1)
        {
            throw StageFaultException.InvalidRecipe($"multipleOf >= 1 must hold, but multipleOf is {budget.MultipleOf}.");
        }

        return sparsity;
    }
}
