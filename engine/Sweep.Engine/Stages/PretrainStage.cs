using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Trains the dense net from random weights.</summary>
public sealed class PretrainStage(PretrainRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe.Shape);
        RecipeRules.Check(recipe.Training);
        RecipeRules.Require((recipe.Training.From ?? 0) == 0 && (recipe.Training.To ?? recipe.Training.Epochs) == recipe.Training.Epochs,
            "Pretrain runs its whole schedule", "from", recipe.Training.From ?? 0);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(Net.Fresh(recipe.Shape, recipe.Training.Seed), context.Device);
        using var loop = new TrainingLoop(context, recipe.Training, images, model);
        var curve = loop.Run();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = recipe.Shape, Curve = curve, Provenance = provenance },
            model.ToNet());
    }
}
