using Sweep.Data;
using Sweep.Models;
using Sweep.Models.Weights;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Makes a dense net out of a file of weights that the recipe names and whose bytes it knows.</summary>
public sealed class LoadWeightsStage(LoadWeightsRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe.Shape);
        RecipeRules.Require(recipe.Shape.Blocks.All(block => (block.AttentionInputs ?? block.ProjectionInputs ?? block.MlpInputs) is null),
            "weights are loaded into a dense shape", "blocks", recipe.Shape.Blocks.Count);
        if (recipe.File.Length == 0 || recipe.File != Path.GetFileName(recipe.File))
        {
            throw StageFaultException.InvalidRecipe($"A file of weights is named without a folder, but the recipe names '{recipe.File}'.");
        }

        context.Events.Started(0);
        try
        {
            var (net, adapted) = Find(context).Fit(recipe.Shape, recipe.Seed);
            return context.Commit(
                provenance => new StageResult { Stage = context.Stage, Shape = net.Shape, Adapted = adapted, Provenance = provenance },
                net);
        }
        catch (InvalidDataException e)
        {
            throw StageFaultException.BadData(e.Message, e);
        }
    }

    private WeightsFile Find(StageContext context)
    {
        var execution = context.Request.Execution;
        return WeightsFile.Find(recipe.File, recipe.Digest, DataSetFolder.SearchedIn(execution.DataRoots));
    }
}
