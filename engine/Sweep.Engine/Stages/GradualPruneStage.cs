using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>SGMP and GMP: prunes by magnitude while the net trains. What sleeps at the end is zero in the artifact's model.</summary>
public sealed class GradualPruneStage(GradualPruneRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe);
        var dense = ModelFolder.Read(context.Input(recipe.Parent));
        var choice = Choice(dense);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(dense, context.Device);
        using var mask = new GradualMask(recipe, model, choice);
        using var loop = new TrainingLoop(context, recipe.Training, images, model, mask);
        var curve = loop.Run();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = model.Shape, Curve = curve, Provenance = provenance },
            mask.Masked(model.ToNet()),
            choice.Write);
    }

    /// <summary>SGMP's own groups are those of SOMP: heads and MLP units; columns inside heads are an option.</summary>
    private IGradualChoice Choice(Net dense)
    {
        if (recipe.Unstructured)
        {
            RecipeRules.CheckUnstructured(recipe.Sparsity, recipe.Budget);
            var scope = recipe.Budget?.Scope ?? PruningScope.PerLayer;
            UnstructuredPruner.Plan(dense, recipe.Sparsity, scope); // an unreachable sparsity is told before anything trains
            return new GradualWeights(dense.Layout, scope);
        }

        RecipeRules.RequireUncut(dense);
        var patterns = recipe.Patterns ?? GroupPlanner.HeadsAndUnits;
        var target = new CutTarget(dense.Shape, recipe.Sparsity, recipe.Budget);
        IReadOnlyList<BlockBudget> Final(Net net)
        {
            var scores = GroupScores.Of(net);
            return GroupPlanner.Budgets(target, patterns, scores, HeadScores.Of(scores));
        }

        var budgets = Final(dense);
        return new GradualGroups(dense.Layout, recipe.Sparsity, recipe.Budget, target.Scope == PruningScope.Global ? Final : _ => budgets);
    }
}
