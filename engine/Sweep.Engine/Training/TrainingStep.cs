using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// One optimizer update: forward, loss, backward, clipping, penalty, AdamW, average. Nothing in it waits for the device, except a pruning
/// method's own update where one is due. A step in parts (micro-batches) adds up the parts' gradients by their sizes; everything random is
/// drawn for the whole batch.
/// </summary>
public sealed class TrainingStep(
    TrainingRecipe recipe, VisionTransformer model, AdamW optimizer, IPenalty? penalty, WeightAverage? average, Teacher? teacher, int? microBatch)
{
    private readonly Objective _objective = new(recipe, teacher);
    private readonly BatchMixing? _mixing = BatchMixing.Of(recipe);
    private readonly DropPath? _dropPath = DropPath.Of(recipe, model.Shape.Blocks.Count);
    private readonly Precision _precision = recipe.Precision ?? Precision.Float32;

    /// <returns>The batch's loss, penalties excluded: a scalar on the device, in the caller's dispose scope.</returns>
    public Tensor Take(TrainingMoment moment, IBatchStream batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        using var scope = NewDisposeScope();
        penalty?.BeforeStep(moment, model);
        if (!batches.Next(out var images, out var labels))
        {
            throw new InvalidOperationException($"An epoch's batches must be as many as its {moment.Steps} steps, but they ended before step {moment.Step}.");
        }

        var batch = Prepared(moment, images, labels);
        penalty?.BeforeForward(moment, model, batch.Images, batch.Targets ?? batch.Labels);
        var loss = Backward(batch);
        using var gradient = model.Weights.grad!;
        using (no_grad())
        {
            if (recipe.GradientClip is { } largest)
            {
                GradientClip.Apply(gradient, largest);
            }

            penalty?.AddGradient(gradient, model.Weights);
        }

        optimizer.Step(model.Weights, gradient, moment.LearningRate);
        model.Weights.grad = null;
        using (no_grad())
        {
            penalty?.AfterStep(model);
        }

        average?.Step(model.Weights);
        return loss.MoveToOuterDisposeScope();
    }

    private TrainingBatch Prepared(TrainingMoment moment, Tensor images, Tensor labels)
    {
        var kept = _dropPath?.Draw(moment.OverallStep, (int)images.shape[0], images.device);
        if (_mixing?.Draw(moment.OverallStep, model.Shape.ImageSize) is not { } mix)
        {
            return new TrainingBatch(images, labels, null, kept);
        }

        var targets = BatchMixing.Targets(labels, model.Shape.Classes, recipe.LabelSmoothing, mix);
        return new TrainingBatch(BatchMixing.Images(images, mix), labels, targets, kept);
    }

    private Tensor Backward(TrainingBatch batch)
    {
        var size = batch.Size;
        if (microBatch is not { } part || part >= size)
        {
            return Backward(batch, 1);
        }

        Tensor? sum = null;
        for (var start = 0L; start < size; start += part)
        {
            // A part's activations go before the next part's come.
            using var scope = NewDisposeScope();
            var count = Math.Min(part, size - start);
            var loss = Backward(batch.Part(start, count), (double)count / size);
            sum = (sum is null ? loss : sum.add(loss)).MoveToOuterDisposeScope();
        }

        return sum!;
    }

    private Tensor Backward(TrainingBatch batch, double share)
    {
        var (logits, distilled) = model.ForwardBoth(batch.Images, precision: _precision, kept: batch.Kept);
        var loss = _objective.Of(batch, logits, distilled);
        var weighted = share == 1 ? loss : loss.mul(share);
        weighted.backward();
        return weighted.detach();
    }
}
