using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The keys of a length of training.</summary>
internal static class TrainingKeys
{
    public const int MostEpochs = 100_000;
    private const int MostImages = 100_000_000;

    private static readonly NumberRule s_fraction = new(0, 1, MostExcluded: true);
    private static readonly NumberRule s_share = new(0, 1, LeastExcluded: true);
    private static readonly NumberRule s_probability = new(0, 1);
    private static readonly NumberRule s_decay = new(0);
    private static readonly NumberRule s_positive = new(0, LeastExcluded: true);
    private static readonly SwitchRule s_switch = new();

    public static MapRule Section() => new(Keys());

    /// <summary>The same, and a teacher.</summary>
    public static MapRule FinetuneSection() => new(
        [
            .. Keys(),
            new("distillation", Distillation(), "Training under the dense net of the same seed as teacher; none if absent."),
            new("equalEpochs", s_switch,
                "Whether methods that do not train before the cut fine-tune for sparsify's epochs as well, so that all trials train equally long.",
                Default: false),
        ]);

    private static IReadOnlyList<KeyRule> Keys() =>
    [
        new("epochs", new IntegerRule(1, MostEpochs), "Data passes.", Required: true),
        new("imagesPerEpoch", new IntegerRule(1, MostImages), "Images drawn without replacement per epoch; all of the training split if absent."),
        new("learningRate", s_positive, "Peak learning rate of AdamW.", Default: 1e-3),
        new("finalLearningRate", s_decay, "Learning rate at the end of the cosine.", Default: 0),
        new("batch", new IntegerRule(1, 1_000_000), "Images per step.", Default: 64),
        new("warmup", s_fraction, "Fraction of the steps over which the learning rate rises from 0.", Default: 0.1),
        new("weightDecay", s_decay, "Decoupled weight decay.", Default: 0.05),
        new("beta1", s_fraction, "Decay of AdamW's first moment.", Default: 0.9),
        new("beta2", s_fraction, "Decay of AdamW's second moment.", Default: 0.98),
        new("labelSmoothing", s_fraction, "Probability mass spread over all classes.", Default: 0.1),
        new("cropPadding", new IntegerRule(0, 1024), "Pixels of padding before a random crop; 0 for no crop.", Default: 0),
        new("flip", s_switch, "Whether images are mirrored with probability one half.", Default: false),
        new("augmentation", Augmentation(), "What a training image goes through beside crop and mirroring, as in DeiT's recipe; nothing if absent."),
        new("dropPath", s_fraction, "Stochastic depth: probability of dropping the last block's branches, rising linearly from 0; 0 if absent."),
        new("ema", new NumberRule(0, 1, LeastExcluded: true, MostExcluded: true),
            "Decay of an exponential moving average of the weights, which then is the net; none if absent."),
        new("gradientClip", s_positive, "Largest ℓ2 norm of the whole gradient; no clipping if absent."),
        new("precision", ChoiceRule.Of<Precision>(), "Arithmetic of the passes; weights and optimizer are float32 always. float32 if absent."),
    ];

    private static MapRule Augmentation() => new(
    [
        new("cropArea", s_share, "Random resized crop: least share of the image's area; none if absent."),
        new("randAugment", RandAugment(), "RandAugment (arXiv 1909.13719) as rand-m9-mstd0.5-inc1 has it; none if absent. {} for those values."),
        new("colorJitter", s_decay, "Brightness, contrast and saturation factors are drawn from 1 ± this; none if absent. A literal DeiT recipe has none, since timm leaves it out beside randAugment."),
        new("erasing", s_probability, "Probability of erasing a random rectangle; none if absent."),
        new("mixup", s_positive, "α of mixup's Beta(α, α); none if absent."),
        new("cutMix", s_positive, "α of CutMix's Beta(α, α); none if absent."),
        new("mixProbability", s_share, "Probability that a batch is mixed at all; 1 if absent."),
        new("switchProbability", s_probability, "Probability of CutMix where both are on; 0.5 if absent."),
        new("repeats", new IntegerRule(1, 64), "Differently augmented copies of an image in an epoch, whose length stays; 1 if absent."),
    ]);

    private static MapRule RandAugment() => new(
    [
        new("operations", new IntegerRule(1, 15), "Operations an image.", Default: 2),
        new("magnitude", new NumberRule(0, 10), "Strength.", Default: 9),
        new("deviation", s_decay, "Standard deviation of the strength.", Default: 0.5),
        new("increasing", s_switch, "Whether every operation grows more severe with strength.", Default: true),
    ]);

    private static MapRule Distillation() => new(
    [
        new("kind", ChoiceRule.Of<DistillationKind>(), "soft: τ²·KL of logits over τ; hard: the teacher's decision as label.", Default: "soft"),
        new("weight", s_share, "Share of the distillation term in the loss.", Default: 0.5),
        new("temperature", s_positive, "τ, soft distillation only.", Default: 3),
    ]);
}
