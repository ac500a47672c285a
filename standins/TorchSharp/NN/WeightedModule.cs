using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>A module of one weight and perhaps a bias, which belong to it and to no dispose scope.</summary>
public abstract class WeightedModule : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private Parameter? heldWeight;

    [ComponentName(Name = nameof(bias))]
    private Parameter? heldBias;

    internal WeightedModule(string name) : base(name)
    {
    }

    public Parameter weight
    {
        get => heldWeight!;
        set
        {
            if (ReferenceEquals(value, heldWeight)) return;
            heldWeight?.Dispose();
            heldWeight = (Parameter)value.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(weight), heldWeight);
        }
    }

    public Parameter? bias
    {
        get => heldBias;
        set
        {
            if (ReferenceEquals(value, heldBias)) return;
            heldBias?.Dispose();
            heldBias = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), heldBias);
        }
    }

    /// <summary>PyTorch's start: He's for leaky ReLU of slope √5, and within 1/√fan-in for the bias.</summary>
    private protected void InitializeUniformly()
    {
        torch.nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is null) return;
        (long fanIn, _) = torch.nn.init.CalculateFanInAndFanOut(weight);
        double bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
        torch.nn.init.uniform_(bias, -bound, bound);
    }
}
