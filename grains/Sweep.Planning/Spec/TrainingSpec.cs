using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>One length of training; see <see cref="TrainingRecipe"/> for meaning and units.</summary>
public record TrainingSpec
{
    public required int Epochs { get; init; }

    public int? ImagesPerEpoch { get; init; }

    public double LearningRate { get; init; } = 1e-3;

    public double FinalLearningRate { get; init; }

    public int Batch { get; init; } = 64;

    public double Warmup { get; init; } = 0.1;

    public double WeightDecay { get; init; } = 0.05;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.98;

    public double LabelSmoothing { get; init; } = 0.1;

    public int CropPadding { get; init; }

    public bool Flip { get; init; }

    public AugmentationRecipe? Augmentation { get; init; }

    public double? DropPath { get; init; }

    public double? Ema { get; init; }

    public double? GradientClip { get; init; }

    public Precision? Precision { get; init; }
}

/// <summary>Training after the cut.</summary>
public sealed record FinetuneSpec : TrainingSpec
{
    /// <summary>Null without a teacher.</summary>
    public DistillationSpec? Distillation { get; init; }

    /// <summary>
    /// Whether a method that does not train before the cut fine-tunes for sparsify's epochs as well, so that every trial trains equally long.
    /// </summary>
    public bool EqualEpochs { get; init; }
}

/// <summary>Training under the dense net of the same seed; see <see cref="DistillationRecipe"/>.</summary>
public sealed record DistillationSpec
{
    public DistillationKind Kind { get; init; }

    public double Weight { get; init; } = 0.5;

    public double Temperature { get; init; } = 3;
}
