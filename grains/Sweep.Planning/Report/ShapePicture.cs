using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// A net as the rectangles of its weights. A block has one for attention (input channels × query, key and value channels) and one for
/// the MLP (input channels × hidden units), inside the outline of the dense net's, so that what is dark is what is left.
/// </summary>
internal static class ShapePicture
{
    private const double BlockWidth = 26;
    private const double Gap = 10;
    private const double RowHeight = 46;

    public static Html Draw(ViTShape shape, ViTShape dense)
    {
        var width = shape.Blocks.Count * (BlockWidth + Gap) - Gap;
        var blocks = shape.Blocks.Zip(dense.Blocks, (block, whole) => (block, whole))
            .Select((pair, i) => DrawBlock(pair.block, pair.whole, dense.Width, i * (BlockWidth + Gap)));
        var outlines = Html.Join(shape.Blocks.Select((_, i) => Html.Of(
            $"M{i * (BlockWidth + Gap)} 0h{BlockWidth}v{RowHeight}h-{BlockWidth}zm0 {RowHeight + Gap}h{BlockWidth}v{RowHeight}h-{BlockWidth}z")));
        return Html.Of($"""
            <svg class="shape" viewBox="-1 -1 {width + 2} {2 * RowHeight + Gap + 2}" role="img" aria-label="{Describe(shape, dense)}"><path class="was" d="{outlines}"/>{Html.Join(blocks)}</svg>
            """);
    }

    /// <summary>The same in words, block by block.</summary>
    public static string Describe(ViTShape shape, ViTShape dense) => string.Join("; ",
        shape.Blocks.Zip(dense.Blocks, (block, whole) => (block, whole)).Select((pair, i) => FormattableString.Invariant(
            $"block {i + 1}: {pair.block.Heads} of {pair.whole.Heads} heads, query width {pair.block.QueryKeyWidth} of {pair.whole.QueryKeyWidth}, value width {pair.block.ValueWidth} of {pair.whole.ValueWidth}, MLP {pair.block.MlpWidth} of {pair.whole.MlpWidth}")));

    private static Html DrawBlock(BlockShape block, BlockShape whole, int width, double x)
    {
        var attention = (double)block.QkvWidth / whole.QkvWidth * RowHeight;
        var attentionWidth = (double)(block.AttentionInputs ?? width) / width * BlockWidth;
        var mlp = (double)block.MlpWidth / whole.MlpWidth * RowHeight;
        var mlpWidth = (double)(block.MlpInputs ?? width) / width * BlockWidth;
        var heads = Enumerable.Range(1, Math.Max(block.Heads - 1, 0)).Select(i => attention * i / block.Heads).Select(y => Html.Of($"M{x} {RowHeight - y}h{attentionWidth}"));
        return Html.Of($"""
            <rect class="attn" x="{x}" y="{RowHeight - attention}" width="{attentionWidth}" height="{attention}"/>{Html.If(block.Heads > 1, () => Html.Of($"""<path class="cut" d="{Html.Join(heads)}"/>"""))}<rect class="mlp" x="{x}" y="{2 * RowHeight + Gap - mlp}" width="{mlpWidth}" height="{mlp}"/>
            """);
    }
}
