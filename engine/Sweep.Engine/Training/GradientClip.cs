using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>Clipping by the global ℓ2 norm, as PyTorch's <c>clip_grad_norm_</c>, but the norm never leaves the device.</summary>
public static class GradientClip
{
    private const double Epsilon = 1e-6; // PyTorch's

    /// <summary>g ← g · min(1, largest / (‖g‖ + ε)), in place.</summary>
    /// <param name="gradient">Of all parameters, one vector.</param>
    /// <param name="largest">Largest norm that stays as it is; above 0.</param>
    public static void Apply(Tensor gradient, double largest)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        gradient.mul_(gradient.norm().add_(Epsilon).reciprocal_().mul_(largest).clamp_max_(1));
    }
}
