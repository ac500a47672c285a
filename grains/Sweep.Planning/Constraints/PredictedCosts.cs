using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What the unpruned net costs, exactly.</summary>
/// <param name="Parameters">Numbers in its tensors.</param>
/// <param name="Flops">Multiply-accumulates of one image.</param>
public sealed record DenseCosts(long Parameters, long Flops)
{
    public static DenseCosts Of(ViTShape shape) => new(ViTCost.Parameters(shape), ViTCost.Flops(shape));
}

/// <summary>A cost before anything runs.</summary>
/// <param name="Value">The cost itself where it is exact, else that of the uniform cut.</param>
/// <param name="Lowest">No plan that the method may end with costs less.</param>
/// <param name="Highest">No plan that the method may end with costs more.</param>
public readonly record struct PredictedCost(long Value, long Lowest, long Highest)
{
    /// <summary>Whether every plan of the method costs the same.</summary>
    public bool IsExact => Lowest == Highest;

    public static PredictedCost Exact(long value) => new(value, value, value);

    internal static PredictedCost Between(double lowest, long value, double highest) =>
        new(value, Math.Min(value, (long)Math.Floor(lowest)), Math.Max(value, (long)Math.Ceiling(highest)));
}

/// <summary>
/// What a trial's net will cost, in closed form, before any device is touched. A trial whose sparsity is out of its method's reach fails,
/// whatever is predicted for it.
/// </summary>
public sealed record PredictedCosts
{
    /// <summary>As the objective counts them: zeros of the unstructured methods are parameters too.</summary>
    public required PredictedCost Parameters { get; init; }

    /// <summary>Multiply-accumulates of one image.</summary>
    public required PredictedCost Flops { get; init; }

    /// <summary>Unstructured methods: parameters that will be 0, exactly; null for the others.</summary>
    public long? Zeros { get; init; }
}
