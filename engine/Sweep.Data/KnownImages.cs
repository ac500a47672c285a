using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>Reads the files of a registered data set, whatever their format.</summary>
public static class KnownImages
{
    /// <param name="paths">The path of each of the data set's files, in its order.</param>
    /// <exception cref="StageFaultException">BadData: other bytes than the registered ones.</exception>
    public static (LabelledImages Training, LabelledImages Test) Read(KnownData known, IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(paths);
        return known.Format switch
        {
            DataFormat.Idx => (Idx(known, paths, 0, known.TrainingImages), Idx(known, paths, 2, known.TestImages)),
            DataFormat.Cifar10 => Cifar(known, paths, 1),
            _ => Cifar(known, paths, 2),
        };
    }

    private static LabelledImages Idx(KnownData known, IReadOnlyList<string> paths, int first, int count)
    {
        var images = IdxFile.Read(paths[first], StoredFile.Read(paths[first], known.Files[first]), known.Channels == 1 ? 3 : 4);
        var labels = IdxFile.Read(paths[first + 1], StoredFile.Read(paths[first + 1], known.Files[first + 1]), 1);
        CheckDimensions(images, known.Channels == 1 ? [count, known.ImageSize, known.ImageSize] : [count, known.Channels, known.ImageSize, known.ImageSize]);
        CheckDimensions(labels, [count]);
        return new LabelledImages(images.Values.ToArray(), Array.ConvertAll(labels.Values.ToArray(), label => (int)label), known.Channels, known.ImageSize);
    }

    private static (LabelledImages Training, LabelledImages Test) Cifar(KnownData known, IReadOnlyList<string> paths, int labelBytes)
    {
        var batches = paths.Count - 1;
        var training = Enumerable.Range(0, batches).Select(i => Records(i, known.TrainingImages / batches)).ToList();
        var pixels = new byte[training.Sum(batch => batch.Pixels.Length)];
        var end = 0;
        foreach (var batch in training)
        {
            batch.Pixels.CopyTo(pixels, end);
            end += batch.Pixels.Length;
        }

        return (
            new LabelledImages(pixels, [.. training.SelectMany(batch => batch.Labels)], CifarFile.Channels, CifarFile.Side),
            Records(batches, known.TestImages));

        LabelledImages Records(int file, int images) =>
            CifarFile.Read(paths[file], StoredFile.Read(paths[file], known.Files[file]), labelBytes, known.Classes, images);
    }

    private static void CheckDimensions(IdxFile file, int[] expected)
    {
        if (!file.Dimensions.SequenceEqual(expected))
        {
            throw StageFaultException.BadData(
                $"{file.Path}, offset 4: the dimensions must be [{string.Join(", ", expected)}], but are [{string.Join(", ", file.Dimensions)}].");
        }
    }
}
