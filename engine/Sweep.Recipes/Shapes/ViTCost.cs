namespace Sweep.Recipes;

/// <summary>
/// Exact cost of a <see cref="ViTShape"/> in closed form (METHODS 4.1, 4.3). Flops are multiply-accumulates, as the papers count:
/// linear layers, the patch embedding and the two attention products; no norms, softmax, GELU, biases or residual sums.
/// </summary>
public static class ViTCost
{
    public static long Parameters(ViTShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long d = shape.Width;
        var patch = (long)shape.Channels * shape.PatchSize * shape.PatchSize * d + d;
        var tokens = (shape.Tokens - shape.Patches + shape.Tokens) * d;  // class token, distillation token, position embedding
        var classifier = 2 * d + Classifiers(shape) * (d * shape.Classes + shape.Classes); // final norm, classifiers
        return patch + tokens + classifier + shape.Blocks.Sum(block => Parameters(block, shape.Width));
    }

    public static long Flops(ViTShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var patch = (long)shape.Patches * shape.Channels * shape.PatchSize * shape.PatchSize * shape.Width;
        var classifier = Classifiers(shape) * shape.Width * shape.Classes;
        return patch + classifier + shape.Blocks.Sum(block => Flops(block, shape.Width, shape.Tokens));
    }

    /// <summary>Parameters of one block in a residual stream of width d. A removed branch keeps its constant vector, d values.</summary>
    public static long Parameters(BlockShape block, int width)
    {
        ArgumentNullException.ThrowIfNull(block);
        long d = width;
        var attention = block.Heads == 0
            ? d
            : 2 * d + AttentionInputs(block, width) * block.QkvWidth + block.QkvWidth + ProjectionInputs(block) * d + d;
        var mlp = block.MlpWidth == 0
            ? d
            : 2 * d + MlpInputs(block, width) * block.MlpWidth + block.MlpWidth + block.MlpWidth * d + d;
        return attention + mlp;
    }

    /// <summary>Multiply-accumulates of one block over N tokens.</summary>
    public static long Flops(BlockShape block, int width, int tokens)
    {
        ArgumentNullException.ThrowIfNull(block);
        long n = tokens;
        var attention = block.Heads == 0
            ? 0
            : n * (AttentionInputs(block, width) * block.QkvWidth + ProjectionInputs(block) * width)
              + n * n * block.Heads * (block.QueryKeyWidth + block.ValueWidth);
        var mlp = n * (MlpInputs(block, width) * block.MlpWidth + (long)block.MlpWidth * width);
        return attention + mlp;
    }

    /// <summary>The fraction of the dense net's parameters that the pruned one lacks.</summary>
    public static double Sparsity(ViTShape dense, ViTShape pruned) => 1 - (double)Parameters(pruned) / Parameters(dense);

    /// <summary>The sparsity of a net all of whose branches are gone: no method can remove more.</summary>
    public static double LargestSparsity(ViTShape dense)
    {
        ArgumentNullException.ThrowIfNull(dense);
        var bare = dense with { Blocks = [.. dense.Blocks.Select(block => block with { Heads = 0, MlpWidth = 0 })] };
        return Sparsity(dense, bare);
    }

    private static long Classifiers(ViTShape shape) => shape.Distilled == true ? 2 : 1;

    private static long AttentionInputs(BlockShape block, int width) => block.AttentionInputs ?? width;

    private static long ProjectionInputs(BlockShape block) => block.ProjectionInputs ?? (long)block.Heads * block.ValueWidth;

    private static long MlpInputs(BlockShape block, int width) => block.MlpInputs ?? width;
}
