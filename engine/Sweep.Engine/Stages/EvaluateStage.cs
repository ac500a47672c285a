using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Stages;

/// <summary>Measures a net on the validation and the test split, and counts its cost.</summary>
public sealed class EvaluateStage(EvaluateRecipe recipe) : IStage
{
    private const int Batch = 100; // larger ones fall out of the cache

    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Require(recipe.Data.Validation >= 1, "validation >= 1, to select on", "validation", recipe.Data.Validation);
        using var model = new VisionTransformer(ModelFolder.Read(context.Input(recipe.Parent)), context.Device);
        context.Events.Started(0);
        using var validation = TrainingData.Validation(context, recipe.Data);
        using var test = TrainingData.Test(context, recipe.Data);
        var (accuracy, loss) = Measure(context, model, validation);
        var (testAccuracy, _) = Measure(context, model, test);
        var statistics = context.LoadData(recipe.Data).Statistics;
        var evaluation = new Evaluation
        {
            Accuracy = accuracy,
            TestAccuracy = testAccuracy,
            Loss = loss,
            Parameters = ViTCost.Parameters(model.Shape),
            Flops = ViTCost.Flops(model.Shape),
            Zeros = WeightMask.Find(context.Input(recipe.Parent), model.Layout)?.Zeros,
        };
        return context.Commit(provenance => new StageResult
        {
            Stage = context.Stage,
            Shape = model.Shape,
            Evaluation = evaluation,
            Preprocessing = new Preprocessing { Mean = statistics.Mean, Deviation = statistics.Deviation },
            Provenance = provenance,
        });
    }

    /// <summary>Reads the device once, at the end: to wait for each batch's figures would leave a GPU idle between batches.</summary>
    /// <returns>Top-1 in [0, 1], and mean cross-entropy in nats.</returns>
    private static (double Accuracy, double Loss) Measure(StageContext context, VisionTransformer model, IImageSplit images)
    {
        using var quiet = no_grad();
        using var figures = NewDisposeScope();
        var (right, losses, sizes) = (new List<Tensor>(), new List<Tensor>(), new List<long>());
        using var batches = images.InOrder(Batch);
        while (true)
        {
            context.Cancelled.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (!batches.Next(out var inputs, out var labels))
            {
                break;
            }

            var logits = model.Forward(inputs);
            right.Add(logits.argmax(1).eq(labels).sum().MoveToOuterDisposeScope());
            losses.Add(F.cross_entropy(logits, labels).MoveToOuterDisposeScope());
            sizes.Add(labels.shape[0]);
            if (context.Events.ProgressDue)
            {
                context.Events.Progress(0, 0, null);
            }
        }

        var means = stack(losses).cpu().data<float>().ToArray();
        var loss = means.Zip(sizes, (mean, size) => (double)(mean * size)).Sum();
        return (stack(right).sum().item<long>() / (double)images.Count, loss / images.Count);
    }
}
