using System.Globalization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>Where a stage gets its images.</summary>
public interface IDataSource
{
    /// <exception cref="StageFaultException">BadData or InvalidRecipe.</exception>
    ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots);
}

/// <summary>
/// Reads a registered data set from its files, or lists a folder of photographs, and refuses other images than the recipe names. An
/// engine process runs many stages on one data set, so the last one stays in memory.
/// </summary>
public sealed class FileDataSource : IDataSource
{
    private (string Name, string Digest, ImageDataSet Data)? _last;

    public ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (_last is { } last && (last.Name, last.Digest) == (recipe.Name, recipe.Digest))
        {
            return last.Data;
        }

        var data = recipe.Folder is { } folder ? Photographs(recipe, folder, roots) : Registered(recipe, roots);
        _last = (recipe.Name, recipe.Digest, data);
        return data;
    }

    private static ImageDataSet Registered(DataRecipe recipe, IReadOnlyList<string> roots)
    {
        var known = KnownData.Find(recipe.Name) ?? throw StageFaultException.InvalidRecipe(
            $"A data set must be one of {string.Join(", ", KnownData.All.Select(data => data.Name))}, or a folder with its counts, but is '{recipe.Name}'.");
        if (known.Digest != recipe.Digest)
        {
            throw StageFaultException.InvalidRecipe(
                $"The recipe's digest of '{known.Name}' must be the registered {known.Digest}, but is {recipe.Digest}.");
        }

        var (training, test) = KnownImages.Read(known, DataSetFolder.Find(known, roots));
        return new ImageDataSet(training, test, new PixelStatistics(known.Mean, known.Deviation), known.Classes);
    }

    private static ImageDataSet Photographs(DataRecipe recipe, ImageFolder declared, IReadOnlyList<string> roots)
    {
        var root = DataSetFolder.FindPhotographs(recipe.Name, roots);
        var pinned = ImageFolderIdentity.IsPinned(recipe);
        var index = ImageFolderIndex.Read(root, withSizes: pinned);
        if ((index.Classes.Count, index.Training.Count, index.Test.Count) != (declared.Classes, declared.TrainingImages, declared.TestImages))
        {
            throw StageFaultException.BadData(string.Create(
                CultureInfo.InvariantCulture,
                $"{root}: the folder must have what the recipe declares, {declared.Classes} classes, {declared.TrainingImages} photographs under train and {declared.TestImages} under val, "
                + $"but has {index.Classes.Count}, {index.Training.Count} and {index.Test.Count}."));
        }

        if (pinned)
        {
            ImageManifest.CheckSizes(index, recipe.Digest);
        }

        return new ImageDataSet(Labels(index.Training), Labels(index.Test), PixelStatistics.Photographs, index.Classes.Count)
        {
            TrainingFiles = new ImageFolderFiles(index, index.Training),
            TestFiles = new ImageFolderFiles(index, index.Test),
        };
    }

    private static LabelledImages Labels(ImageFolderSplit split) => new([], [.. split.Labels], 3, 0);
}
