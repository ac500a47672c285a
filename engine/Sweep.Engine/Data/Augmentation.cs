using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>
/// Random crop after zero padding, and random mirroring, for a whole batch in one gather. Draws depend on the seed and the epoch
/// alone, in the order of the epoch's images.
/// </summary>
public sealed class Augmentation
{
    private readonly SeededRandom _random;
    private readonly int _padding;
    private readonly bool _flip;

    private Augmentation(SeededRandom random, int padding, bool flip)
    {
        _random = random;
        _padding = padding;
        _flip = flip;
    }

    /// <returns>Null when the recipe wants none.</returns>
    public static Augmentation? Of(TrainingRecipe recipe, int epoch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.CropPadding == 0 && !recipe.Flip
            ? null
            : new Augmentation(new SeededRandom(recipe.Seed, "augmentation", epoch), recipe.CropPadding, recipe.Flip);
    }

    /// <param name="images">(B, C, S, S), normalised.</param>
    /// <param name="black">(C, 1, 1): what a zero pixel became by normalisation.</param>
    /// <returns>(B, C, S, S).</returns>
    public Tensor Apply(Tensor images, Tensor black)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var (batch, channels, side) = ((int)images.shape[0], images.shape[1], (int)images.shape[2]);
        var wide = side + 2 * _padding;
        var padded = black.expand(batch, channels, wide, wide).clone();
        padded.narrow(2, _padding, side).narrow(3, _padding, side).copy_(images);

        var rows = new long[batch * side];
        var columns = new long[batch * side];
        for (var b = 0; b < batch; b++)
        {
            var top = _padding == 0 ? 0 : _random.Next(2 * _padding + 1);
            var left = _padding == 0 ? 0 : _random.Next(2 * _padding + 1);
            var mirrored = _flip && _random.Next(2) == 1;
            for (var i = 0; i < side; i++)
            {
                rows[b * side + i] = (top + i) * (long)wide;
                columns[b * side + i] = left + (mirrored ? side - 1 - i : i);
            }
        }

        // Two numbers an image and line go to the device, and not S², in copies that do not wait for what it has queued.
        var down = tensor(rows).view(batch, side, 1).to(images.device, non_blocking: true);
        var across = tensor(columns).view(batch, 1, side).to(images.device, non_blocking: true);
        var spread = (down + across).view(batch, 1, -1).expand(batch, channels, (long)side * side);         // (B, C, S·S)
        var cropped = padded.view(batch, channels, -1).gather(2, spread).view(batch, channels, side, side);
        return cropped.MoveToOuterDisposeScope();
    }
}
