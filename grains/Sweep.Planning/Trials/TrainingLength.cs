using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// From a section of the sweep file to the recipe that names a stage. What says the same as absence is left out, so that a default
/// written out and a default left out are one stage.
/// </summary>
internal static class TrainingLength
{
    public static TrainingRecipe Recipe(TrainingSpec spec, long seed) => new()
    {
        Epochs = spec.Epochs,
        ImagesPerEpoch = spec.ImagesPerEpoch,
        LearningRate = spec.LearningRate,
        FinalLearningRate = spec.FinalLearningRate,
        Batch = spec.Batch,
        Warmup = spec.Warmup,
        WeightDecay = spec.WeightDecay,
        Beta1 = spec.Beta1,
        Beta2 = spec.Beta2,
        LabelSmoothing = spec.LabelSmoothing,
        CropPadding = spec.CropPadding,
        Flip = spec.Flip,
        Augmentation = Augmentation(spec.Augmentation),
        DropPath = spec.DropPath is 0 ? null : spec.DropPath,
        Ema = spec.Ema,
        GradientClip = spec.GradientClip,
        Precision = spec.Precision is Precision.Float32 ? null : spec.Precision,
        Seed = seed,
    };

    /// <summary>
    /// A length with <paramref name="first"/>'s settings and as many images as both together, in whole epochs of the first's, the nearest.
    /// </summary>
    /// <param name="first">The settings.</param>
    /// <param name="second">The length to add; null for none.</param>
    /// <param name="images">Images of the training split.</param>
    public static TrainingSpec Joined(TrainingSpec first, TrainingSpec? second, int images)
    {
        if (second is null)
        {
            return first;
        }

        var share = (double)(second.ImagesPerEpoch ?? images) / (first.ImagesPerEpoch ?? images);
        return first with { Epochs = first.Epochs + (int)Math.Round(second.Epochs * share, MidpointRounding.AwayFromZero) };
    }

    private static AugmentationRecipe? Augmentation(AugmentationRecipe? spec)
    {
        if (spec is null)
        {
            return null;
        }

        var mixes = spec.Mixup is not null || spec.CutMix is not null;
        var plain = spec with
        {
            ColorJitter = spec.ColorJitter is 0 ? null : spec.ColorJitter,
            Erasing = spec.Erasing is 0 ? null : spec.Erasing,
            MixProbability = mixes && spec.MixProbability is not 1 ? spec.MixProbability : null,
            SwitchProbability = spec is { Mixup: not null, CutMix: not null } && spec.SwitchProbability is not 0.5 ? spec.SwitchProbability : null,
            Repeats = spec.Repeats is 1 ? null : spec.Repeats,
        };
        return plain == new AugmentationRecipe() ? null : plain;
    }
}
