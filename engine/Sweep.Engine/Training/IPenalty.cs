using Sweep.Engine.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>A term that a pruning method adds to the loss, given by its gradient, with the method's own state.</summary>
public interface IPenalty : IDisposable
{
    /// <summary>Called before each step; updates duals or masks when they are due.</summary>
    /// <param name="moment">Where training is.</param>
    /// <param name="model">Its weights are not to be changed; its mask may be.</param>
    void BeforeStep(TrainingMoment moment, VisionTransformer model);

    /// <summary>Called when the step's images are at hand, for methods that score on them. Must leave no gradient behind.</summary>
    /// <param name="moment">Where training is.</param>
    /// <param name="model">Its weights are not to be changed; its mask may be.</param>
    /// <param name="images">(B, C, S, S), normalised.</param>
    /// <param name="targets">As the cross-entropy takes them: class numbers (B), or shares of classes (B, classes).</param>
    void BeforeForward(TrainingMoment moment, VisionTransformer model, Tensor images, Tensor targets)
    {
    }

    /// <summary>Adds the term's gradient, or moves the weights themselves; in place and without autograd.</summary>
    void AddGradient(Tensor gradient, Tensor weights);

    /// <summary>Called after the optimizer's step, without autograd: puts back what must not move.</summary>
    void AfterStep(VisionTransformer model)
    {
    }

    /// <summary>Completes the record of an epoch with the method's own figures.</summary>
    EpochRecord Describe(EpochRecord record, VisionTransformer model);

    /// <summary>What a checkpoint must hold to go on bit for bit.</summary>
    IReadOnlyList<StoredTensor> Save();

    /// <summary>Called when the model has its weights. Names, types and the shapes of numbers are as <see cref="Save"/> has them.</summary>
    /// <exception cref="InvalidDataException">The state cannot be one that was saved.</exception>
    void Load(IReadOnlyDictionary<string, StoredTensor> state);
}

/// <summary>Where training is inside its schedule.</summary>
/// <param name="Epoch">From 0, over the whole schedule.</param>
/// <param name="Epochs">Of the whole schedule.</param>
/// <param name="Step">From 0, inside the epoch.</param>
/// <param name="Steps">Of an epoch.</param>
/// <param name="LearningRate">Of this step.</param>
public readonly record struct TrainingMoment(int Epoch, int Epochs, int Step, int Steps, double LearningRate)
{
    /// <summary>From 0, over the whole schedule.</summary>
    public long OverallStep => (long)Epoch * Steps + Step;

    /// <summary>Of the whole schedule.</summary>
    public long AllSteps => (long)Epochs * Steps;
}
