using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Models;

/// <summary>What a shape that comes from a file must be before anything is computed from it: no sizes that no net has, nothing missing.</summary>
internal static class ShapeRules
{
    private const int LargestSize = 1 << 16;
    private const int MostHeads = 1 << 12;
    private const int MostBlocks = 512;

    /// <exception cref="InvalidDataException">The shape breaks a rule.</exception>
    public static void Check(ViTShape shape)
    {
        Size("imageSize", shape.ImageSize, 1, LargestSize);
        Size("channels", shape.Channels, 1, LargestSize);
        Size("patchSize", shape.PatchSize, 1, shape.ImageSize);
        Size("classes", shape.Classes, 1, 1 << 20);
        Size("width", shape.Width, 1, LargestSize);
        Size("blocks", shape.Blocks?.Count ?? -1, 0, MostBlocks);
        foreach (var block in shape.Blocks!)
        {
            if (block is null)
            {
                throw new InvalidDataException("A shape's blocks must be there, but one is null.");
            }

            Size("heads", block.Heads, 0, MostHeads);
            Size("queryKeyWidth", block.QueryKeyWidth, 0, LargestSize);
            Size("valueWidth", block.ValueWidth, 0, LargestSize);
            Size("mlpWidth", block.MlpWidth, 0, LargestSize);
            Size("scaleWidth", block.ScaleWidth, 0, LargestSize);
            Size("attentionInputs", block.AttentionInputs ?? 0, 0, LargestSize);
            Size("projectionInputs", block.ProjectionInputs ?? 0, 0, MostHeads * LargestSize);
            Size("mlpInputs", block.MlpInputs ?? 0, 0, LargestSize);
        }
    }

    private static void Size(string what, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A shape's {what} must lie in [{least}, {most}], but is {value}."));
        }
    }
}
