using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Which coefficients and which stages a pruning method has (DESIGN 3).</summary>
public static class MethodTraits
{
    /// <summary>Whether the method has a λ.</summary>
    public static bool HasLambda(this PruningMethod method) => method is PruningMethod.Gohsp or PruningMethod.Vtp;

    /// <summary>Whether the method has a ρ.</summary>
    public static bool HasRho(this PruningMethod method) => method is PruningMethod.Gohsp;

    /// <summary>Whether the method trains between Pretrain and HardPrune.</summary>
    public static bool Sparsifies(this PruningMethod method) => method is PruningMethod.Gohsp or PruningMethod.Vtp;

    /// <summary>Whether the axis exists for the method, which must know its coefficient.</summary>
    public static bool AppliesTo<T>(this SpaceAxis<T> axis, PruningMethod method)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.When is null || axis.When.Method.Contains(method);
    }
}
