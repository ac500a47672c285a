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
        _positions = new SeededRandom(recipe.Seed, "order", epoch).Draw(images, ImagesPerEpoch(recipe, images));
    }

    public int Steps => (_positions.Length + _batch - 1) / _batch;

    /// <summary>Positions of the images of one step; the last step of an epoch may have fewer.</summary>
    public ReadOnlySpan<int> Step(int step) => _positions.AsSpan(step * _batch, Math.Min(_batch, _positions.Length - step * _batch));

    public static int StepsPerEpoch(TrainingRecipe recipe, int images)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return (ImagesPerEpoch(recipe, images) + recipe.Batch - 1) / recipe.Batch;
    }

    private static int ImagesPerEpoch(TrainingRecipe recipe, int images)
    {
        var wanted = recipe.ImagesPerEpoch ?? images;
        return wanted >= 1 && wanted <= images
            ? wanted
            : throw StageFaultException.InvalidRecipe($"1 <= imagesPerEpoch <= training images must hold, but imagesPerEpoch is {wanted} of {images}.");
    }
}
