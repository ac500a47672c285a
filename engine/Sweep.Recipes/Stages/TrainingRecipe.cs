using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>Number format of a forward pass.</summary>
public enum Precision
{
    Float32,
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

/// <summary>
/// One length of training with AdamW, linear warm-up and a cosine to <see cref="FinalLearningRate"/>. The schedule is drawn over all
/// <see cref="Epochs"/>; a stage that runs a part of it (a rung) names the part.
/// </summary>
public sealed record TrainingRecipe
{
    /// <summary>Length of the schedule, in epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>First epoch of the part to run; null for 0.</summary>
    public int? From { get; init; }

    /// <summary>End (exclusive) of the part to run; null for <see cref="Epochs"/>.</summary>
    public int? To { get; init; }

    /// <summary>Images drawn without replacement per epoch; null for all of the training split.</summary>
    public int? ImagesPerEpoch { get; init; }

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    public double FinalLearningRate { get; init; }

    /// <summary>Images per step (effective batch).</summary>
    public required int Batch { get; init; }

    /// <summary>Fraction of all steps over which the learning rate rises from 0.</summary>
    public double Warmup { get; init; } = 0.1;

    /// <summary>Decoupled weight decay; not applied to biases, norms, tokens, position embeddings and gates.</summary>
    public double WeightDecay { get; init; } = 0.05;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.98;

    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Pixels of zero padding before a random crop to the original size; 0 for no crop.</summary>
    public int CropPadding { get; init; }

    /// <summary>Whether images are mirrored with probability ½.</summary>
    public bool Flip { get; init; }

    /// <summary>What an image goes through beside crop and mirroring; null for nothing.</summary>
    public AugmentationRecipe? Augmentation { get; init; }

    /// <summary>Stochastic depth: probability of dropping the last block's branches, rising linearly from 0 with depth; null for 0.</summary>
    public double? DropPath { get; init; }

    /// <summary>Decay of an exponential moving average of the weights, which then is the stage's net; null for none.</summary>
    public double? Ema { get; init; }

    /// <summary>Largest ℓ2 norm of the whole gradient, penalties excluded; null for no clipping.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Arithmetic of the forward and backward pass; weights and optimizer are float32 always. Null for float32.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Seed of batch order, augmentation and (Pretrain) initial weights.</summary>
    public long Seed { get; init; }

    internal int Length => (To ?? Epochs) - (From ?? 0);
}
