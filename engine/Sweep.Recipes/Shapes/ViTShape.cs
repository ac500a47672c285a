using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Everything that decides a vision transformer's tensors. A pruned net is an ordinary net of another shape.
/// </summary>
public sealed record ViTShape
{
    /// <summary>Height and width of the input, in pixels.</summary>
    public required int ImageSize { get; init; }

    public required int Channels { get; init; }

    /// <summary>Height and width of a patch, in pixels.</summary>
    public required int PatchSize { get; init; }

    public required int Classes { get; init; }

    /// <summary>d, the width of the residual stream.</summary>
    public required int Width { get; init; }

    public required IReadOnlyList<BlockShape> Blocks { get; init; }

    /// <summary>DeiT's distillation token with a classifier of its own (arXiv 2012.12877); null for none.</summary>
    public bool? Distilled { get; init; }

    /// <summary>N, patches plus the class token, and the distillation token where there is one.</summary>
    [JsonIgnore]
    public int Tokens => Patches + (Distilled == true ? 2 : 1);

    [JsonIgnore]
    public int Patches => (ImageSize / PatchSize) * (ImageSize / PatchSize);

    /// <summary>A net of equal blocks with head width <paramref name="width"/>/<paramref name="heads"/>.</summary>
    public static ViTShape Dense(int imageSize, int channels, int patchSize, int classes, int width, int depth, int heads, int mlpRatio) =>
        new()
        {
            ImageSize = imageSize,
            Channels = channels,
            PatchSize = patchSize,
            Classes = classes,
            Width = width,
            Blocks = [.. Enumerable.Repeat(DenseBlock(width, heads, mlpRatio), depth)],
        };

    private static BlockShape DenseBlock(int width, int heads, int mlpRatio) => new()
    {
        Heads = heads,
        QueryKeyWidth = width / heads,
        ValueWidth = width / heads,
        MlpWidth = width * mlpRatio,
        ScaleWidth = width / heads,
    };
}
