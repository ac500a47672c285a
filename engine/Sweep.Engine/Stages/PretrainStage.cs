using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Trains the dense net, from random weights or from those of another stage.</summary>
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
        using var model = new VisionTransformer(Start(context), context.Device);
        using var loop = new TrainingLoop(context, recipe.Training, images, model);
        var curve = loop.Run();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = recipe.Shape, Curve = curve, Provenance = provenance },
            model.ToNet());
    }

    /// <exception cref="StageFaultException">InvalidRecipe: the net to start from has another shape, or gates.</exception>
    private Net Start(StageContext context)
    {
        if (recipe.Start is not { } start)
        {
            return Net.Fresh(recipe.Shape, recipe.Training.Seed);
        }

        var net = ModelFolder.Read(context.Input(start));
        return CanonicalJson.Serialize(net.Shape) == CanonicalJson.Serialize(recipe.Shape) && !net.Layout.Gated
            ? net
            : throw StageFaultException.InvalidRecipe($"The net to start from must have the recipe's shape and no gates, but {start} has another.");
    }
}
