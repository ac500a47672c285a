using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>What one step, or one part of it, learns from.</summary>
/// <param name="Images">(B, C, S, S), augmented and mixed.</param>
/// <param name="Labels">(B), int64.</param>
/// <param name="Targets">(B, K), rows summing to 1, instead of labels; null where labels are certain.</param>
/// <param name="Kept">(2L, B, 1, 1), see <see cref="DropPath"/>; null where nothing is dropped.</param>
public sealed record TrainingBatch(Tensor Images, Tensor Labels, Tensor? Targets = null, Tensor? Kept = null)
{
    public long Size => Images.shape[0];

    /// <summary>Views of consecutive images, in the current dispose scope.</summary>
    public TrainingBatch Part(long start, long count) => new(
        Images.narrow(0, start, count),
        Labels.narrow(0, start, count),
        Targets?.narrow(0, start, count),
        Kept?.narrow(1, start, count));
}
