using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The rules between keys: what one value allows another to be.</summary>
internal static class CrossRules
{
    /// <summary>A grid of more trials is a slip of the pen: the plan alone would take minutes.</summary>
    public const long MostTrials = 20_000;

    /// <summary>Every broken rule, as a path and a message.</summary>
    public static IEnumerable<(string Path, string Rule)> Check(SpecDraft draft) =>
    [
        .. CheckModelAgainstData(draft),
        .. CheckSplit(draft),
        .. draft.Training.SelectMany(section => CheckTraining(section.Key, section.Value, draft)),
        .. CheckSparsifyPresent(draft),
        .. CheckAxis("lambda", draft.Lambda, MethodTraits.HasLambda, draft),
        .. CheckAxis("rho", draft.Rho, MethodTraits.HasRho, draft),
        .. CheckGohsp(draft),
        .. CheckSparsity(draft),
        .. CheckTrials(draft),
        .. CheckObjectives(draft),
    ];

    private static KnownData? DataOf(SpecDraft draft) => draft.Data is null ? null : KnownData.Find(draft.Data.Name);

    /// <returns>Null when the model or the data is unusable.</returns>
    private static ViTShape? ShapeOf(SpecDraft draft) =>
        draft.Model is { } model && DataOf(draft) is { } data ? ModelPreset.Find(model.Preset, data.Channels, data.Classes) : null;

    /// <summary>Training images that validation leaves.</summary>
    /// <returns>Null when the data is unusable, or a class would have no image on one of the sides.</returns>
    private static int? TrainingSplitOf(SpecDraft draft) =>
        draft.Data is { } spec && DataOf(draft) is { } data
        && spec.Validation >= data.Classes && spec.Validation <= data.TrainingImages - data.Classes
            ? data.TrainingImages - spec.Validation
            : null;

    private static IEnumerable<(string, string)> CheckModelAgainstData(SpecDraft draft)
    {
        if (ShapeOf(draft) is { } shape && DataOf(draft) is { } data && shape.ImageSize != data.ImageSize)
        {
            yield return ("model.preset",
                Say($"must read images of the data's size, but {draft.Model!.Preset} reads {shape.ImageSize}×{shape.ImageSize} and {data.Name} has {data.ImageSize}×{data.ImageSize}"));
        }
    }

    private static IEnumerable<(string, string)> CheckSplit(SpecDraft draft)
    {
        if (draft.Data is { } spec && DataOf(draft) is { } data && TrainingSplitOf(draft) is null)
        {
            yield return ("data.validation",
                Say($"must leave an image of each of the {data.Classes} classes on both sides, so lie in [{data.Classes}, {data.TrainingImages - data.Classes}], but is {spec.Validation}"));
        }
    }

    private static IEnumerable<(string, string)> CheckTraining(string section, TrainingSpec training, SpecDraft draft)
    {
        if (training.FinalLearningRate > training.LearningRate)
        {
            yield return ($"{section}.finalLearningRate",
                Say($"must be at most learningRate, {training.LearningRate:R}, but is {training.FinalLearningRate:R}"));
        }

        if (TrainingSplitOf(draft) is not { } images)
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

        if (training.CropPadding >= DataOf(draft)!.ImageSize)
        {
            yield return ($"{section}.cropPadding", Say($"must be less than the image size, {DataOf(draft)!.ImageSize}, but is {training.CropPadding}"));
        }
    }

    private static IEnumerable<(string, string)> CheckSparsifyPresent(SpecDraft draft)
    {
        var methods = draft.Method?.Values.Where(MethodTraits.Sparsifies).ToList() ?? [];
        if (methods.Count > 0 && !draft.Present.Contains("sparsify"))
        {
            yield return ("sparsify", $"must be given for {Names(methods)}, but is missing");
        }
    }

    private static IEnumerable<(string, string)> CheckAxis(
        string name, SpaceAxis<double>? axis, Func<PruningMethod, bool> knows, SpecDraft draft)
    {
        if (axis is null)
        {
            yield break;
        }

        var strangers = (axis.When?.Method ?? []).Where(method => !knows(method)).ToList();
        if (strangers.Count > 0)
        {
            yield return ($"space.{name}.when.method", $"must name methods that have a {name}, but {Names(strangers)} has none");
        }
        else if (draft.Method is { } methods && !methods.Values.Any(method => knows(method) && axis.AppliesTo(method)))
        {
            yield return ($"space.{name}", $"must belong to a method of the space, but {Names(methods.Values)} cannot use it");
        }
    }

    private static IEnumerable<(string, string)> CheckGohsp(SpecDraft draft)
    {
        if (draft.Gohsp is not { } gohsp)
        {
            yield break;
        }

        if (gohsp.Similarity == HeadSimilarity.JensenShannon && gohsp.Feature != HeadFeature.Attention)
        {
            yield return ("gohsp.similarity", $"jensenShannon compares attention maps, but feature is {Name(gohsp.Feature)}");
        }

        if (draft.Method?.Values.Contains(PruningMethod.Gohsp) == true && TrainingSplitOf(draft) is { } images && gohsp.Images > images)
        {
            yield return ("gohsp.images", Say($"must be at most the training split, {images} images, but is {gohsp.Images}"));
        }
    }

    private static IEnumerable<(string, string)> CheckSparsity(SpecDraft draft)
    {
        if (ShapeOf(draft) is not { } dense || draft.Sparsity is not { } sparsity || draft.Method is not { } methods)
        {
            yield break;
        }

        foreach (var method in methods.Values)
        {
            var patterns = method switch
            {
                PruningMethod.Gohsp => draft.Gohsp?.Patterns,
                PruningMethod.Somp => draft.Somp?.Patterns,
                _ => null,
            };
            var largest = LargestSparsity(dense, patterns ?? new StructurePatterns());
            for (var i = 0; i < sparsity.Values.Count; i++)
            {
                if (sparsity.Values[i] > largest)
                {
                    yield return (SpecPath.Item("space.sparsity.values", i),
                        Say($"{Name(method)} can remove at most {largest:0.####} of {draft.Model!.Preset}'s parameters, but {sparsity.Values[i]:R} is asked"));
                }
            }
        }
    }

    /// <summary>The sparsity of a net without any structure that the patterns name: an upper bound, no method reaches more.</summary>
    private static double LargestSparsity(ViTShape dense, StructurePatterns patterns)
    {
        var bare = dense with
        {
            Blocks =
            [
                .. dense.Blocks.Select(block => block with
                {
                    Heads = patterns.Heads ? 0 : block.Heads,
                    QueryKeyWidth = patterns.QueryKey ? 0 : block.QueryKeyWidth,
                    ValueWidth = patterns.ValueProjection ? 0 : block.ValueWidth,
                    MlpWidth = patterns.Mlp ? 0 : block.MlpWidth,
                }),
            ],
        };
        return ViTCost.Sparsity(dense, bare);
    }

    private static IEnumerable<(string, string)> CheckTrials(SpecDraft draft)
    {
        if (draft.Method is not { } methods || draft.Sparsity is not { } sparsity)
        {
            yield break;
        }

        var trials = methods.Values.Sum(method =>
            (long)sparsity.Values.Count
            * (method.HasLambda() && draft.Lambda?.AppliesTo(method) == true ? draft.Lambda.Values.Count : 1)
            * (method.HasRho() && draft.Rho?.AppliesTo(method) == true ? draft.Rho.Values.Count : 1));
        if (trials > MostTrials)
        {
            yield return ("space", Say($"a grid has at most {MostTrials} trials, but this one has {trials}"));
        }
    }

    private static IEnumerable<(string, string)> CheckObjectives(SpecDraft draft)
    {
        var objectives = draft.Objectives ?? [];
        for (var i = 0; i < objectives.Count; i++)
        {
            var (metric, goal) = (objectives[i].Metric, objectives[i].Goal);
            var sound = metric == Metric.Accuracy ? Goal.Maximize : Goal.Minimize;
            if (goal != sound)
            {
                yield return (SpecPath.Key(SpecPath.Item("objectives", i), "goal"), $"{Name(metric)} must be {Name(sound)}d, but the goal is {Name(goal)}");
            }

            if (objectives.Take(i).Any(earlier => earlier.Metric == metric && earlier.Goal != goal))
            {
                yield return (SpecPath.Item("objectives", i), $"a metric is one objective, but {Name(metric)} stands twice");
            }
        }
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);

    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Names(IEnumerable<PruningMethod> methods) => string.Join(", ", methods.Select(Name));
}
