using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Training;

/// <summary>The loss of a batch: cross-entropy with labels or with mixed targets, and what a teacher adds.</summary>
public sealed class Objective(TrainingRecipe recipe, Teacher? teacher = null)
{
    /// <param name="batch">What the net saw.</param>
    /// <param name="logits">(B, K), of the classifier.</param>
    /// <param name="distilled">(B, K), of the distillation classifier; null for a net that has none.</param>
    /// <returns>Scalar, mean over the images, in nats: (1 − weight)·task + weight·distillation under a teacher.</returns>
    public Tensor Of(TrainingBatch batch, Tensor logits, Tensor? distilled = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        // Without a teacher both classifiers learn the task together, as they answer together in evaluation.
        var answer = teacher is null && distilled is not null ? logits.add(distilled).div(2) : logits;
        // Mixed targets have their smoothing in them.
        var task = batch.Targets is { } targets
            ? F.cross_entropy(answer, targets)
            : F.cross_entropy(answer, batch.Labels, label_smoothing: recipe.LabelSmoothing);
        var loss = teacher is null
            ? task
            : task.mul(1 - teacher.Weight).add(teacher.Term(batch.Images, distilled ?? logits), teacher.Weight);
        return loss.MoveToOuterDisposeScope();
    }
}
