using Sweep.Recipes;
using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>The rules between model and data.</summary>
internal static class ImageRules
{
    public static IEnumerable<(string, string)> Check(SpecDraft draft) =>
    [
        .. CheckWeights(draft),
        .. CheckName(draft),
        .. CheckFolder(draft),
        .. CheckModelAgainstData(draft),
        .. CheckSplit(draft),
    ];

    private static IEnumerable<(string, string)> CheckWeights(SpecDraft draft)
    {
        if (draft.Model is not { } model)
        {
            yield break;
        }

        if (model.Weights is null != model.Digest is null)
        {
            yield return model.Weights is null
                ? ("model.digest", "must stand beside weights, but there are none")
                : ("model.digest", "must be given for weights, so that other bytes are refused, but is missing");
        }

        if (model.Weights is null && !draft.Present.Contains("pretrain"))
        {
            yield return ("pretrain", "must be given unless model.weights are the dense net, but is missing");
        }
    }

    private static IEnumerable<(string, string)> CheckName(SpecDraft draft)
    {
        if (draft.Data is not { } spec)
        {
            yield break;
        }

        var known = KnownData.All.Select(data => data.Name).ToList();
        if (spec.Folder is null && !known.Contains(spec.Name))
        {
            yield return ("data.name",
                $"must be one of {string.Join(", ", known)} or have a folder, but is {FaultList.Show(spec.Name)}{Spelling.DidYouMean(spec.Name, known)}");
        }
        else if (spec.Folder is not null && known.Contains(spec.Name))
        {
            yield return ("data.name", $"a folder has a name of its own, but {spec.Name} is a registered data set");
        }
    }

    private static IEnumerable<(string, string)> CheckFolder(SpecDraft draft)
    {
        if (draft.Data is not { } spec)
        {
            yield break;
        }

        if (spec.Folder is { } folder)
        {
            if (spec.ImageSize is null)
            {
                yield return ("data.imageSize", "must be given for a folder, whose photographs have no size in common, but is missing");
            }

            if (folder.TrainingImages < 2 * folder.Classes)
            {
                yield return ("data.folder.trainingImages",
                    Say($"must be an image of each of the {folder.Classes} classes to train on and one for validation, so at least {2 * folder.Classes}, but is {folder.TrainingImages}"));
            }

            yield break;
        }

        if (spec.CropRatio is not null)
        {
            yield return ("data.cropRatio", "belongs to a folder of photographs, but there is no folder");
        }

        if (spec.Digest is not null)
        {
            yield return ("data.digest", "belongs to a folder of photographs, but there is no folder; a registered data set has a digest of its own");
        }
    }

    private static IEnumerable<(string, string)> CheckModelAgainstData(SpecDraft draft)
    {
        if (draft.Shape is { } shape && draft.Images is { ReadSize: { } size } && shape.ImageSize != size)
        {
            yield return ("model.preset",
                Say($"must read images of the data's size, but {draft.Model!.Preset} reads {shape.ImageSize}×{shape.ImageSize} and {draft.Data!.Name} has {size}×{size}"));
        }
    }

    private static IEnumerable<(string, string)> CheckSplit(SpecDraft draft)
    {
        if (draft.Data is { } spec && draft.Images is { } images && draft.TrainingSplit is null && images.TrainingImages >= 2 * images.Classes)
        {
            yield return ("data.validation",
                Say($"must leave an image of each of the {images.Classes} classes on both sides, so lie in [{images.Classes}, {images.TrainingImages - images.Classes}], but is {spec.Validation}"));
        }
    }
}
