using System.Security.Cryptography;
using System.Text;

namespace Sweep.Recipes;

/// <summary>A data set that Sweep knows: its shape, the bytes it must have, and where its owner offers them.</summary>
public sealed partial record KnownData
{
    public required string Name { get; init; }

    public required DataFormat Format { get; init; }

    public required int ImageSize { get; init; }

    public required int Channels { get; init; }

    public required int Classes { get; init; }

    public required int TrainingImages { get; init; }

    public required int TestImages { get; init; }

    /// <summary>Mean of the training pixels per channel, of values in [0, 1]: the customary constants.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviation of the training pixels per channel, of values in [0, 1]: the customary constants.</summary>
    public required IReadOnlyList<float> Deviation { get; init; }

    /// <summary>
    /// The files that are read. IDX: training images, training labels, test images, test labels. CIFAR: the training batches in
    /// their order, then the test batch.
    /// </summary>
    public required IReadOnlyList<KnownFile> Files { get; init; }

    /// <summary>The folder inside the owner's archive that holds the files; null where the owner offers the files themselves.</summary>
    public string? ArchiveFolder { get; init; }

    /// <summary>What the owner offers: one archive, or each file compressed.</summary>
    public required IReadOnlyList<KnownDownload> Downloads { get; init; }

    /// <summary>The package that Debian has of it; null when there is none.</summary>
    public string? DebianPackage { get; init; }

    /// <summary>SHA-256 over the files' digests, one hexadecimal line each.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(Files.Select(file => file.Sha256 + "\n")))));

    /// <returns>Null when no data set has this name.</returns>
    public static KnownData? Find(string name) => All.FirstOrDefault(data => data.Name == name);
}

/// <summary>How the files of a registered data set hold its images.</summary>
public enum DataFormat
{
    /// <summary>Files of MNIST's format: images and labels apart.</summary>
    Idx,

    /// <summary>The binary version of CIFAR-10: records of a label and a picture of 3 x 32 x 32 bytes, channel by channel.</summary>
    Cifar10,

    /// <summary>The binary version of CIFAR-100: as CIFAR-10, but a coarse label lies before the fine one, which is the class.</summary>
    Cifar100,
}

/// <summary>One file of a data set, as it is uncompressed.</summary>
/// <param name="Name">Without folder and without <c>.gz</c>.</param>
/// <param name="Sha256">Of the uncompressed bytes, lower-case hexadecimal.</param>
/// <param name="Bytes">Uncompressed.</param>
public sealed record KnownFile(string Name, string Sha256, long Bytes);

/// <summary>One thing to download.</summary>
/// <param name="Name">A <c>.tar.gz</c> of all files, or one file as <c>.gz</c>.</param>
/// <param name="Addresses">The owner's, then others that serve the same bytes; the digest decides.</param>
/// <param name="Sha256">Of the bytes as they are offered.</param>
/// <param name="Bytes">As offered.</param>
public sealed record KnownDownload(string Name, IReadOnlyList<string> Addresses, string Sha256, long Bytes);
