using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Scores every group of a net by what the loss on training images says of it: Taylor's forms, and salience.</summary>
public sealed class ScoreGroupsStage(ScoreGroupsRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Require(recipe.Batches >= 1, "batches >= 1", "batches", recipe.Batches);
        RecipeRules.Require(recipe.Batch >= 1, "batch >= 1", "batch", recipe.Batch);
        var net = ModelFolder.Read(context.Input(recipe.Parent));
        context.Events.Started(0);
        using var images = TrainingData.Training(context, recipe.Data);
        var wanted = (long)recipe.Batches * recipe.Batch;
        RecipeRules.Require(wanted <= images.Count, $"batches x batch <= {images.Count} training images", "their product", wanted);
        var chosen = new SeededRandom(recipe.Seed, "calibration").Draw(images.Count, (int)wanted);
        var table = new ScoreTable
        {
            Criterion = recipe.Criterion,
            Blocks = SlopeScores.Of(net, images, chosen, recipe.Batch, recipe.Criterion, context.Device, context.Passing),
        };
        return context.Commit(
            provenance => new StageResult
            {
                Stage = context.Stage,
                HeadImportance = HeadScores.Of(table.Blocks).Importance,
                Provenance = provenance,
            },
            write: folder => AtomicFolder.WriteJson(Path.Combine(folder, ScoreTable.File), table));
    }
}
