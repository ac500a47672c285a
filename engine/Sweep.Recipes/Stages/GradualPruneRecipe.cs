using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Gradual magnitude pruning while the net trains (Zhu and Gupta, arXiv 1710.01878; METHODS 3.2):
/// s_t = s_f + (s_i − s_f)(1 − (t − t_0)/(n·Δt))³. Masked weights are kept and may come back until the schedule's end; then masks stay.
/// Artifact: model, and the kept structure (SGMP) or the mask of single weights (GMP).
/// </summary>
public sealed record GradualPruneRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.GradualPrune;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>s_f, fraction of the dense net's parameters (or of <see cref="Budget"/>'s target) to remove, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>Single weights (GMP) instead of groups (SGMP).</summary>
    public bool Unstructured { get; init; }

    /// <summary>s_i.</summary>
    public double InitialSparsity { get; init; }

    /// <summary>t_0, as a fraction of all steps.</summary>
    public double Begin { get; init; }

    /// <summary>t_0 + n·Δt, as a fraction of all steps.</summary>
    public double End { get; init; } = 0.75;

    /// <summary>n, how often masks are recomputed after t_0.</summary>
    public int Updates { get; init; } = 20;

    /// <summary>Which structure may go (SGMP).</summary>
    public StructurePatterns? Patterns { get; init; }

    public PruningBudget? Budget { get; init; }

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
