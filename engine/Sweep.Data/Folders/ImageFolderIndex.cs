using System.IO.Enumeration;
using Sweep.Models;

namespace Sweep.Data;

/// <summary>
/// What a folder of photographs has: <c>train/CLASS/FILE</c> and <c>val/CLASS/FILE</c>. Classes are numbered in the ordinal order of
/// their folders' names, photographs stand in the order of class and ordinal file name: the same on every file system. Files that
/// start with a dot or are not named .jpg, .jpeg or .png (in any case) are not photographs.
/// </summary>
public sealed class ImageFolderIndex
{
    public const string TrainingName = "train";
    public const string TestName = "val";

    private static readonly string[] s_endings = [".jpg", ".jpeg", ".png"];

    private ImageFolderIndex(string root, IReadOnlyList<string> classes, ImageFolderSplit training, ImageFolderSplit test) =>
        (Root, Classes, Training, Test) = (root, classes, training, test);

    public string Root { get; }

    /// <summary>Folder names, ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    public ImageFolderSplit Training { get; }

    public ImageFolderSplit Test { get; }

    /// <param name="root">The folder of <c>train</c> and <c>val</c>.</param>
    /// <param name="withSizes">Also asks the file system for every file's size.</param>
    /// <exception cref="StageFaultException">BadData: the two splits do not have the same classes.</exception>
    public static ImageFolderIndex Read(string root, bool withSizes)
    {
        ArgumentNullException.ThrowIfNull(root);
        var training = Folders(Path.Combine(root, TrainingName));
        var test = Folders(Path.Combine(root, TestName));
        if (!training.SequenceEqual(test, StringComparer.Ordinal))
        {
            var only = training.Except(test).Select(name => $"'{name}' is under train alone").Concat(test.Except(training).Select(name => $"'{name}' is under val alone")).First();
            throw StageFaultException.BadData($"{root}: train and val must have the same classes, but {only}.");
        }

        return new ImageFolderIndex(root, training, Split(root, TrainingName, training, withSizes), Split(root, TestName, training, withSizes));
    }

    public string PathOf(ImageFolderSplit split, int index)
    {
        ArgumentNullException.ThrowIfNull(split);
        return Path.Combine(Root, split.Name, Classes[split.Labels[index]], split.Files[index]);
    }

    /// <summary>Relative to the root, with slashes on every system.</summary>
    public string RelativePathOf(ImageFolderSplit split, int index)
    {
        ArgumentNullException.ThrowIfNull(split);
        return $"{split.Name}/{Classes[split.Labels[index]]}/{split.Files[index]}";
    }

    private static string[] Folders(string folder)
    {
        var names = Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static ImageFolderSplit Split(string root, string name, IReadOnlyList<string> classes, bool withSizes)
    {
        var (files, labels, sizes) = (new List<string>(), new List<int>(), new List<long>());
        for (var c = 0; c < classes.Count; c++)
        {
            var found = new FileSystemEnumerable<(string Name, long Bytes)>(
                Path.Combine(root, name, classes[c]),
                (ref FileSystemEntry entry) => (entry.FileName.ToString(), withSizes ? entry.Length : 0),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsPhotograph(entry.FileName),
            }.ToArray();
            Array.Sort(found, (a, b) => string.CompareOrdinal(a.Name, b.Name));
            foreach (var file in found)
            {
                files.Add(file.Name);
                labels.Add(c);
                sizes.Add(file.Bytes);
            }
        }

        return new ImageFolderSplit(name, files, labels, withSizes ? sizes : null);
    }

    private static bool IsPhotograph(ReadOnlySpan<char> name)
    {
        if (name.StartsWith("."))
        {
            return false;
        }

        foreach (var ending in s_endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One split of a folder of photographs.</summary>
/// <param name="Name"><c>train</c> or <c>val</c>.</param>
/// <param name="Files">File names.</param>
/// <param name="Labels">Class numbers, beside the files.</param>
/// <param name="Sizes">Bytes, beside the files; null when they were not asked for.</param>
public sealed record ImageFolderSplit(string Name, IReadOnlyList<string> Files, IReadOnlyList<int> Labels, IReadOnlyList<long>? Sizes)
{
    public int Count => Files.Count;
}
