using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Which coefficients and which stages a pruning method has (DESIGN 3).</summary>
public static class MethodTraits
{
    /// <summary>Whether the method has a λ.</summary>
    public static bool HasLambda(this PruningMethod method) => method is PruningMethod.Gohsp or PruningMethod.Vtp;

    /// <summary>Whether the method has a ρ.</summary>
    public static bool HasRho(this PruningMethod method) => method is PruningMethod.Gohsp;

    /// <summary>
    /// Whether the method ends in a smaller net, so that its sparsity can be one of Flops or of channels. The others mask single weights:
    /// theirs is a fraction of the parameters, which become zeros and save nothing.
    /// </summary>
    public static bool IsStructured(this PruningMethod method) => method is not (PruningMethod.Omp or PruningMethod.Gmp);

    /// <summary>Whether the method trains between the dense net and the cut, under the settings of <see cref="SweepSpec.Sparsify"/>.</summary>
    public static bool Sparsifies(this PruningMethod method) => method
        is PruningMethod.Gohsp or PruningMethod.Vtp or PruningMethod.Sgmp or PruningMethod.Gmp or PruningMethod.S2vite;

    /// <summary>Whether the axis exists for the method, which must know its coefficient.</summary>
    public static bool AppliesTo<T>(this SpaceAxis<T> axis, PruningMethod method)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.When is null || axis.When.Method.Contains(method);
    }

    /// <summary>What a sparsity of the method is a fraction of, where the space has no such axis.</summary>
    public static BudgetTarget TargetOf(this PruningBudget? budget, PruningMethod method) =>
        method.IsStructured() ? budget?.Target ?? BudgetTarget.Parameters : BudgetTarget.Parameters;
}
