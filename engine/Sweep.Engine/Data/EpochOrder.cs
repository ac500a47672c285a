using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Data;

/// <summary>The batches of one epoch: a fresh permutation per epoch, from the seed and the epoch alone.</summary>
public sealed class EpochOrder
{
    private readonly int[] _positions;
    private readonly int _batch;

    public EpochOrder(TrainingRecipe recipe, int images, int epoch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        _batch = recipe.Batch;
        _positions = Repeated(recipe, new SeededRandom(recipe.Seed, "order", epoch), images);
    }

    /// <summary>Positions of all images of the epoch, in their order; each step takes the next <see cref="Batch"/>.</summary>
    public IReadOnlyList<int> Positions => _positions;

    /// <summary>Images a step.</summary>
    public int Batch => _batch;

    public int Steps => (_positions.Length + _batch - 1) / _batch;

    /// <summary>Positions of the images of one step; the last step of an epoch may have fewer.</summary>
    public ReadOnlySpan<int> Step(int step) => _positions.AsSpan(step * _batch, Math.Min(_batch, _positions.Length - step * _batch));

    /// <summary>
    /// Repeated augmentation (Hoffer et al., arXiv 1901.09335, as DeiT samples it): each drawn image stands several times in a row, so that its
    /// copies meet in one step, and the epoch has as many images as without.
    /// </summary>
    private static int[] Repeated(TrainingRecipe recipe, SeededRandom random, int images)
    {
        var length = ImagesPerEpoch(recipe, images);
        var repeats = recipe.Augmentation?.Repeats ?? 1;
        if (repeats < 1)
        {
            throw StageFaultException.InvalidRecipe($"repeats >= 1 must hold, but repeats is {repeats}.");
        }

        var drawn = random.Draw(images, (length + repeats - 1) / repeats);
        return repeats == 1 ? drawn : [.. Enumerable.Range(0, length).Select(i => drawn[i / repeats])];
    }

    private static int ImagesPerEpoch(TrainingRecipe recipe, int images)
    {
        var wanted = recipe.ImagesPerEpoch ?? images;
        return wanted >= 1 && wanted <= images
            ? wanted
            : throw StageFaultException.InvalidRecipe($"1 <= imagesPerEpoch <= training images must hold, but imagesPerEpoch is {wanted} of {images}.");
    }
}
