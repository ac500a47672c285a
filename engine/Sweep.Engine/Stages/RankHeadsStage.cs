using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Stages;

/// <summary>GOHSP stage A: similarity of heads on training images, a Markov chain per block, its stationary law.</summary>
public sealed class RankHeadsStage(RankHeadsRecipe recipe) : IStage
{
    private const int Batch = 64;

    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Require(recipe.Teleport is >= 0 and <= 1, "0 <= teleport <= 1", "teleport", recipe.Teleport);
        var net = ModelFolder.Read(context.Input(recipe.Parent));
        context.Events.Started(0);
        var magnitude = GroupScores.Of(net).Select(block => block.Heads).ToList();
        var scores = new HeadScores
        {
            Importance = recipe.Ranking switch
            {
                HeadRanking.Graph => GraphImportance(context, net),
                HeadRanking.Taylor => HeadScores.Of(TaylorScores(context, net)).Importance,
                HeadRanking.Magnitude => [.. magnitude.Select(HeadScores.Normalized)],
                _ => [.. net.Shape.Blocks.Select((block, i) => Noise(block.Heads, i))],
            },
            Magnitude = magnitude,
            Orientation = recipe.Orientation,
        };
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, HeadImportance = scores.Importance, Provenance = provenance },
            write: folder => AtomicFolder.WriteJson(Path.Combine(folder, HeadScores.File), scores));
    }

    private IReadOnlyList<IReadOnlyList<double>> GraphImportance(StageContext context, Net net)
    {
        using var model = new VisionTransformer(net, context.Device);
        using var images = TrainingData.Training(context, recipe.Data);
        var chosen = Chosen(images);
        var sums = new HeadSimilaritySums(net, recipe.Feature, recipe.Similarity, context.Device);
        using var quiet = no_grad();
        for (var start = 0; start < chosen.Length; start += Batch)
        {
            context.Passing();
            using var scope = NewDisposeScope();
            model.Forward(images.Batch(chosen.AsSpan(start, Math.Min(Batch, chosen.Length - start))).Images, sums);
        }

        return [.. Enumerable.Range(0, net.Shape.Blocks.Count).Select(block =>
            MarkovChain.Stationary(MarkovChain.Transitions(sums.Weights(block, recipe.SelfLoop), recipe.Teleport)))];
    }

    private IReadOnlyList<GroupScores> TaylorScores(StageContext context, Net net)
    {
        using var images = TrainingData.Training(context, recipe.Data);
        return SlopeScores.Of(net, images, Chosen(images), Batch, ScoreCriterion.TaylorFisher, context.Device, context.Passing);
    }

    private int[] Chosen(IImageSplit images)
    {
        RecipeRules.Require(recipe.Images >= 1 && recipe.Images <= images.Count, "1 <= images <= training images", "images", recipe.Images);
        return new SeededRandom(recipe.Seed, "calibration").Draw(images.Count, recipe.Images);
    }

    private IReadOnlyList<double> Noise(int heads, int block)
    {
        var random = new SeededRandom(recipe.Seed, "heads", block);
        return HeadScores.Normalized([.. Enumerable.Range(0, heads).Select(_ => random.NextDouble())]);
    }
}
