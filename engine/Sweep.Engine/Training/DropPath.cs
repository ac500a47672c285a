using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// Stochastic depth (Huang et al., arXiv 1603.09382) as DeiT uses it: each image skips each residual branch with a probability that rises
/// linearly from 0 at the first block to the recipe's at the last; branches that stay are scaled by 1/(1 − probability).
/// Draws depend on the seed and the step alone.
/// </summary>
public sealed class DropPath
{
    private readonly long _seed;
    private readonly double _last;
    private readonly int _depth;

    private DropPath(long seed, double last, int depth)
    {
        _seed = seed;
        _last = last;
        _depth = depth;
    }

    /// <returns>Null when the recipe wants none, or the net has no second block.</returns>
    public static DropPath? Of(TrainingRecipe recipe, int depth)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.DropPath is > 0 && depth > 1 ? new DropPath(recipe.Seed, recipe.DropPath.Value, depth) : null;
    }

    /// <summary>Probability of dropping a branch of this block.</summary>
    public double Rate(int block) => _last * block / (_depth - 1);

    /// <param name="step">From 0, over the whole schedule.</param>
    /// <param name="images">B.</param>
    /// <param name="device">Where the result lies.</param>
    /// <returns>(2L, B, 1, 1): factors of the attention branches at even places, of the MLPs at odd ones; the first block's are 1.</returns>
    public Tensor Draw(long step, int images, Device device)
    {
        using var scope = NewDisposeScope();
        var random = new SeededRandom(_seed, "drop path", step);
        var factors = new float[2 * _depth * images];
        for (var i = 0; i < factors.Length; i++)
        {
            var rate = Rate(i / (2 * images));
            factors[i] = rate > 0 && random.NextDouble() < rate ? 0 : (float)(1 / (1 - rate));
        }

        return tensor(factors).view(2 * _depth, images, 1, 1).to(device, non_blocking: true).MoveToOuterDisposeScope();
    }
}
