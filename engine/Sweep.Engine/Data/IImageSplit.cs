using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>One split of a data set, as a stage draws batches from it. Letters: B images, C channels, S side.</summary>
public interface IImageSplit : IDisposable
{
    int Count { get; }

    /// <summary>The images at these positions as evaluation sees them, in their order.</summary>
    /// <returns>Normalised images (B, C, S, S) and labels (B), in the caller's dispose scope.</returns>
    (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions);

    /// <summary>The batches of one epoch of training, augmented as the recipe says, one a step; may prepare ahead in bounded memory.</summary>
    IBatchStream Train(TrainingRecipe recipe, EpochOrder order, int epoch);

    /// <summary>All images in order, as evaluation sees them; may prepare ahead in bounded memory.</summary>
    IBatchStream InOrder(int batch);
}

/// <summary>Batches in a fixed order. Disposing it early stops what is prepared ahead.</summary>
public interface IBatchStream : IDisposable
{
    /// <summary>Waits for the next batch.</summary>
    /// <param name="images">(B, C, S, S), normalised, in the caller's dispose scope.</param>
    /// <param name="labels">(B), int64, in the caller's dispose scope.</param>
    /// <returns>False after the last.</returns>
    bool Next(out Tensor images, out Tensor labels);
}
