using System.Security.Cryptography;
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
/// Reads a registered data set from its files, and refuses other bytes than the recipe's digest names. An engine process runs many
/// stages on one data set, so the last one stays in memory.
/// </summary>
public sealed class FileDataSource : IDataSource
{
    private (string Digest, ImageDataSet Data)? _last;

    public ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (_last is { } last && last.Digest == recipe.Digest)
        {
            return last.Data;
        }

        var known = KnownData.Find(recipe.Name) ?? throw StageFaultException.InvalidRecipe(
            $"A data set must be one of {string.Join(", ", KnownData.All.Select(data => data.Name))}, but is '{recipe.Name}'.");
        if (known.Digest != recipe.Digest)
        {
            throw StageFaultException.InvalidRecipe(
                $"The recipe's digest of '{known.Name}' must be the registered {known.Digest}, but is {recipe.Digest}.");
        }

        var paths = DataSetFolder.Find(known, roots);
        var data = new ImageDataSet(
            Images(known, paths[0], paths[1], known.TrainingImages),
            Images(known, paths[2], paths[3], known.TestImages),
            PixelStatistics.Of(known.Name),
            known.Classes);
        _last = (recipe.Digest, data);
        return data;
    }

    private static LabelledImages Images(KnownData known, string imagePath, string labelPath, int count)
    {
        var images = IdxFile.Read(imagePath, known.Channels == 1 ? 3 : 4);
        var labels = IdxFile.Read(labelPath, 1);
        int[] expected = known.Channels == 1 ? [count, known.ImageSize, known.ImageSize] : [count, known.Channels, known.ImageSize, known.ImageSize];
        CheckDimensions(images, expected);
        CheckDimensions(labels, [count]);
        CheckDigest(known, images);
        CheckDigest(known, labels);
        return new LabelledImages(images.Values.ToArray(), Array.ConvertAll(labels.Values.ToArray(), label => (int)label), known.Channels, known.ImageSize);
    }

    private static void CheckDimensions(IdxFile file, int[] expected)
    {
        if (!file.Dimensions.SequenceEqual(expected))
        {
            throw StageFaultException.BadData(
                $"{file.Path}, offset 4: the dimensions must be [{string.Join(", ", expected)}], but are [{string.Join(", ", file.Dimensions)}].");
        }
    }

    private static void CheckDigest(KnownData known, IdxFile file)
    {
        var name = Path.GetFileName(file.Path).Replace(".gz", "", StringComparison.Ordinal);
        var expected = known.Files.First(candidate => candidate.Name == name).Sha256;
        var actual = Convert.ToHexStringLower(SHA256.HashData(file.Content));
        if (actual != expected)
        {
            throw StageFaultException.BadData($"{file.Path}: the SHA-256 of the uncompressed file must be {expected}, but is {actual}.");
        }
    }
}
