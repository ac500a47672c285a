using System.Text.Json;
using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>GOHSP stage B: training under ADMM; what its last projection keeps is the plan for HardPrune.</summary>
public sealed class SoftPruneStage(SoftPruneRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe.Training);
        RecipeRules.Require(recipe.Rho >= 0, "rho >= 0", "rho", recipe.Rho);
        RecipeRules.Require(recipe.Lambda >= 0, "lambda >= 0", "lambda", recipe.Lambda);
        RecipeRules.Require(recipe.UpdatesPerEpoch >= 1, "updatesPerEpoch >= 1", "updatesPerEpoch", recipe.UpdatesPerEpoch);
        RecipeRules.Require(recipe.FinalRhoFactor > 0, "finalRhoFactor > 0", "finalRhoFactor", recipe.FinalRhoFactor);
        var dense = ModelFolder.Read(context.Input(recipe.Weights));
        var heads = ReadScores(context.Input(recipe.Parent), dense);
        var target = new CutTarget(dense.Shape, recipe.Sparsity, recipe.Budget);
        var budgets = GroupPlanner.Budgets(target, recipe.Patterns, GroupScores.Of(dense), heads);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(dense, context.Device);
        using var penalty = new AdmmPenalty(recipe, dense, budgets, heads, context.Device);
        using var loop = new TrainingLoop(context, recipe.Training, images, model, penalty);
        var curve = loop.Run();
        var net = model.ToNet();
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = model.Shape, Curve = curve, Provenance = provenance },
            net,
            folder => AtomicFolder.WriteJson(Path.Combine(folder, PruningPlan.File), penalty.Plan(net) with { Budget = recipe.Budget }));
    }

    private static HeadScores ReadScores(string folder, Net dense)
    {
        var path = Path.Combine(folder, HeadScores.File);
        HeadScores scores;
        try
        {
            scores = CanonicalJson.Deserialize<HeadScores>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageFaultException.DamagedArtifact(path, $"the head scores must be readable. {e.Message}", e);
        }

        return scores.Importance.Select(block => block.Count).SequenceEqual(dense.Shape.Blocks.Select(block => block.Heads))
            ? scores
            : throw StageFaultException.InvalidRecipe("Head scores must be of the net whose weights are pruned, but their numbers of heads differ.");
    }
}
