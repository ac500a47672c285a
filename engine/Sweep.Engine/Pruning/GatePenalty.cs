using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>VTP's λ‖a‖₁ over all gates (arXiv 2104.08500), by its subgradient λ·sign(a).</summary>
public sealed class GatePenalty(double lambda, ParameterLayout layout) : IPenalty
{
    private int Start => layout.WeightLength;

    private int Count => layout.Length - layout.WeightLength;

    public void BeforeStep(TrainingMoment moment, VisionTransformer model)
    {
    }

    public void AddGradient(Tensor gradient, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(weights);
        gradient.narrow(0, Start, Count).add_(weights.narrow(0, Start, Count).sign(), lambda);
    }

    public EpochRecord Describe(EpochRecord record, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(model);
        var gates = model.ToNet().Values.AsSpan(Start, Count);
        double sum = 0;
        foreach (var gate in gates)
        {
            sum += Math.Abs(gate);
        }

        return record with { MeanGate = sum / Count };
    }

    /// <summary>The gates are weights of the model: nothing else to keep.</summary>
    public IReadOnlyList<StoredTensor> Save() => [];

    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
    }

    public void Dispose()
    {
    }
}
