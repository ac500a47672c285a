namespace Sweep.Recipes;

/// <summary>A data set that Sweep knows: its shape, and the bytes it must have.</summary>
public sealed record KnownData
{
    public required string Name { get; init; }

    public required int ImageSize { get; init; }

    public required int Channels { get; init; }

    public required int Classes { get; init; }

    public required int TrainingImages { get; init; }

    public required int TestImages { get; init; }

    /// <summary>File name without <c>.gz</c>, and SHA-256 of the uncompressed file, in the order train images, train labels, test images, test labels.</summary>
    public required IReadOnlyList<KnownFile> Files { get; init; }

    /// <summary>SHA-256 over the files' digests, one hexadecimal line each.</summary>
    public string Digest => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.ASCII.GetBytes(string.Concat(Files.Select(file => file.Sha256 + "\n")))));

    /// <summary>Every registered data set.</summary>
    public static IReadOnlyList<KnownData> All { get; } =
    [
        new()
        {
            Name = "fashion-mnist",
            ImageSize = 28,
            Channels = 1,
            Classes = 10,
            TrainingImages = 60_000,
            TestImages = 10_000,
            Files =
            [
                new("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                new("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                new("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                new("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ],
        },
    ];

    /// <returns>Null when no data set has this name.</returns>
    public static KnownData? Find(string name) => All.FirstOrDefault(data => data.Name == name);
}

/// <summary>One file of a data set.</summary>
public sealed record KnownFile(string Name, string Sha256);
