using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter, arXiv 1711.05101) on one flat vector: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − ηδw − η m̂/(√v̂ + ε),
/// weight decay δ on the layout's first part only. Ten large operations, whatever the number of parameters.
/// </summary>
public sealed class AdamW : IDisposable
{
    public const double Epsilon = 1e-8;

    private const string FirstMomentTensor = "optimizer.first_moment";
    private const string SecondMomentTensor = "optimizer.second_moment";
    internal const string StepsTensor = "optimizer.steps";

    private readonly TrainingRecipe _recipe;
    private readonly ParameterLayout _layout;
    private readonly double _gateFactor;

    /// <param name="gateFactor">Factor on the learning rate of gates.</param>
    public AdamW(TrainingRecipe recipe, VisionTransformer model, double gateFactor = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        _recipe = recipe;
        _layout = model.Layout;
        _gateFactor = gateFactor;
        FirstMoment = zeros_like(model.Weights.detach()).DetachFromDisposeScope();
        SecondMoment = zeros_like(model.Weights.detach()).DetachFromDisposeScope();
    }

    /// <summary>m, at the layout's offsets.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>v, at the layout's offsets.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps taken since the moments were 0.</summary>
    public long Steps { get; private set; }

    /// <param name="weights">The model's flat vector; changed in place.</param>
    /// <param name="gradient">Penalties included.</param>
    public void Step(Tensor weights, Tensor gradient, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Steps++;
        FirstMoment.mul_(_recipe.Beta1).add_(gradient, 1 - _recipe.Beta1);
        SecondMoment.mul_(_recipe.Beta2).addcmul_(gradient, gradient, 1 - _recipe.Beta2);
        var firstCorrection = 1 - Math.Pow(_recipe.Beta1, Steps);
        var secondCorrection = 1 - Math.Pow(_recipe.Beta2, Steps);
        var denominator = SecondMoment.sqrt().div_(Math.Sqrt(secondCorrection)).add_(Epsilon);
        weights.narrow(0, 0, _layout.DecayedLength).mul_(1 - learningRate * _recipe.WeightDecay);
        var rate = -learningRate / firstCorrection;
        if (_layout.Gated)
        {
            var (start, count) = (_layout.WeightLength, _layout.Length - _layout.WeightLength);
            weights.narrow(0, 0, start).addcdiv_(FirstMoment.narrow(0, 0, start), denominator.narrow(0, 0, start), rate);
            weights.narrow(0, start, count).addcdiv_(
                FirstMoment.narrow(0, start, count), denominator.narrow(0, start, count), rate * _gateFactor);
        }
        else
        {
            weights.addcdiv_(FirstMoment, denominator, rate);
        }
    }

    public IReadOnlyList<StoredTensor> Save() =>
    [
        FirstMoment.ToStored(FirstMomentTensor),
        SecondMoment.ToStored(SecondMomentTensor),
        StoredTensor.Of(StepsTensor, [Steps], 1),
    ];

    /// <exception cref="InvalidDataException">The state is of another optimizer.</exception>
    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        FirstMoment.Fill(state.Named(FirstMomentTensor));
        SecondMoment.Fill(state.Named(SecondMomentTensor));
        Steps = state.Named(StepsTensor).Longs() is [>= 0 and var steps]
            ? steps
            : throw new InvalidDataException($"Tensor '{StepsTensor}' must be one number of at least 0, but is not.");
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
