using Sweep.Recipes;
using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>The rules of pretrain, sparsify and finetune.</summary>
internal static class TrainingRules
{
    public static IEnumerable<(string, string)> Check(SpecDraft draft) =>
    [
        .. draft.Training.SelectMany(section => CheckSection(section.Key, section.Value, draft)),
        .. draft.Training.SelectMany(section => CheckMixing(section.Key, section.Value.Augmentation)),
        .. CheckSparsifyPresent(draft),
    ];

    private static IEnumerable<(string, string)> CheckSection(string section, TrainingSpec training, SpecDraft draft)
    {
        if (training.FinalLearningRate > training.LearningRate)
        {
            yield return ($"{section}.finalLearningRate",
                Say($"must be at most learningRate, {training.LearningRate:R}, but is {training.FinalLearningRate:R}"));
        }

        if (draft.TrainingSplit is not { } images)
        {
            yield break;
        }

        if (training.ImagesPerEpoch > images)
        {
            yield return ($"{section}.imagesPerEpoch", Say($"must be at most the training split, {images} images, but is {training.ImagesPerEpoch}"));
        }

        var drawn = Math.Min(training.ImagesPerEpoch ?? images, images);
        if (training.Batch > drawn)
        {
            yield return ($"{section}.batch", Say($"must be at most the images of an epoch, {drawn}, but is {training.Batch}"));
        }

        if (draft.Images?.ReadSize is { } size && training.CropPadding >= size)
        {
            yield return ($"{section}.cropPadding", Say($"must be less than the image size, {size}, but is {training.CropPadding}"));
        }
    }

    private static IEnumerable<(string, string)> CheckMixing(string section, AugmentationRecipe? augmentation)
    {
        if (augmentation is { MixProbability: not null, Mixup: null, CutMix: null })
        {
            yield return ($"{section}.augmentation.mixProbability", "belongs to mixup and cutMix, but there is neither");
        }

        if (augmentation is { SwitchProbability: not null } and not { Mixup: not null, CutMix: not null })
        {
            yield return ($"{section}.augmentation.switchProbability", "decides between mixup and cutMix, but there are not both");
        }
    }

    private static IEnumerable<(string, string)> CheckSparsifyPresent(SpecDraft draft)
    {
        var fromScratch = draft.S2vite is not { Start: DynamicStart.Dense };
        var methods = draft.Method?.Values
            .Where(method => method.Sparsifies() && !(method == PruningMethod.S2vite && fromScratch))
            .ToList() ?? [];
        if (methods.Count > 0 && !draft.Present.Contains("sparsify"))
        {
            yield return ("sparsify", $"must be given for {Names(methods)}, but is missing");
        }
    }
}
