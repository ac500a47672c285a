namespace Sweep.Recipes;

/// <summary>
/// What a training image goes through beside padding-and-crop and mirroring, as in DeiT's recipe (METHODS 5.1). Null members are off.
/// </summary>
public sealed record AugmentationRecipe
{
    /// <summary>Random resized crop: least share of the image's area, in (0, 1]; the aspect ratio is drawn from [3/4, 4/3].</summary>
    public double? CropArea { get; init; }

    public RandAugmentRecipe? RandAugment { get; init; }

    /// <summary>Colour jitter: brightness, contrast and saturation factors are drawn from 1 ± this. timm leaves it out where RandAugment is on (so does a literal DeiT recipe); here both act.</summary>
    public double? ColorJitter { get; init; }

    /// <summary>Probability of erasing a random rectangle with per-pixel noise.</summary>
    public double? Erasing { get; init; }

    /// <summary>α of mixup's Beta(α, α).</summary>
    public double? Mixup { get; init; }

    /// <summary>α of CutMix's Beta(α, α).</summary>
    public double? CutMix { get; init; }

    /// <summary>Probability that a batch is mixed at all; null for 1.</summary>
    public double? MixProbability { get; init; }

    /// <summary>Probability of CutMix where both are on; null for ½.</summary>
    public double? SwitchProbability { get; init; }

    /// <summary>Repeated augmentation: how many differently augmented copies of an image an epoch holds; the epoch's length stays. Null for 1.</summary>
    public int? Repeats { get; init; }
}

/// <summary>RandAugment (arXiv 1909.13719) in timm's form, <c>rand-m9-mstd0.5-inc1</c>.</summary>
public sealed record RandAugmentRecipe
{
    /// <summary>Operations an image.</summary>
    public int Operations { get; init; } = 2;

    /// <summary>Strength, from 0 to 10.</summary>
    public double Magnitude { get; init; } = 9;

    /// <summary>Standard deviation of the strength.</summary>
    public double Deviation { get; init; } = 0.5;

    /// <summary>Whether every operation grows more severe with strength.</summary>
    public bool Increasing { get; init; } = true;
}
