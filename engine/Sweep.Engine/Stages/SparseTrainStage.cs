using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>VTP's first step: gates train with the weights under Loss + λ‖a‖₁.</summary>
public sealed class SparseTrainStage(SparseTrainRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe.Training);
        RecipeRules.Require(recipe.Lambda >= 0, "lambda >= 0", "lambda", recipe.Lambda);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(ModelFolder.Read(context.Input(recipe.Parent)).WithGates(), context.Device);
        using var penalty = new GatePenalty(recipe.Lambda, model.Layout);
        using var loop = new TrainingLoop(context, recipe.Training, images, model, penalty, recipe.GateLearningRateFactor);
        var curve = loop.Run();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = model.Shape, Curve = curve, Provenance = provenance },
            model.ToNet());
    }
}
