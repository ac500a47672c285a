using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>
/// S²ViTE: trains with a fixed number of living heads and MLP units in each layer, from random weights and a random choice, or from a
/// parent's weights and its groups of largest norm. What does not live at the end is zero in the artifact's model. The sparsity counts what
/// the cut removes, a dead head's part of the projection included; the paper leaves that in, and counts more parameters for equal masks.
/// </summary>
public sealed class DynamicSparseStage(DynamicSparseRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe);
        var (net, living) = Start(context);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(net, context.Device);
        using var mask = new DynamicMask(recipe, model, living with { Budget = recipe.Budget });
        using var loop = new TrainingLoop(context, recipe.Training, images, model, mask);
        var curve = loop.Run();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = model.Shape, Curve = curve, Provenance = provenance },
            mask.Masked(model.ToNet()),
            folder => AtomicFolder.WriteJson(Path.Combine(folder, PruningPlan.File), mask.Plan));
    }

    private (Net Net, PruningPlan Living) Start(StageContext context)
    {
        if (recipe.Shape is { } shape)
        {
            RecipeRules.Check(shape);
            return (Net.Fresh(shape, recipe.Training.Seed), LivingGroups.Draw(shape, Budgets(shape), recipe.Training.Seed));
        }

        var net = ModelFolder.Read(context.Input(recipe.Parent!.Value));
        RecipeRules.RequireUncut(net);
        return (net, MagnitudePlanner.WithBudgets(net, Budgets(net.Shape), HeadScores.ByMagnitude(net)));
    }

    private IReadOnlyList<BlockBudget> Budgets(ViTShape shape) =>
        UniformBudget.Solve(new CutTarget(shape, recipe.Sparsity, recipe.Budget), GroupPlanner.HeadsAndUnits);
}
