using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// S²ViTE (arXiv 2106.04533; METHODS 3.5): trains a net with a fixed number of living heads and MLP units; every so often the least salient
/// die and as many grow where gradients are largest. Artifact: model, and the kept structure.
/// </summary>
public sealed record DynamicSparseRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.DynamicSparse;

    public override int Version => 1;

    /// <summary>The net to start from; null trains <see cref="Shape"/> from random weights, as the paper does.</summary>
    public StageId? Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    /// <summary>The dense shape, where there is no parent.</summary>
    public ViTShape? Shape { get; init; }

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>Fraction of the dense net's parameters (or of <see cref="Budget"/>'s target) without life, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>Prune-and-grow events, spread evenly over <see cref="UpdateUntil"/> of the steps.</summary>
    public int Updates { get; init; } = 20;

    /// <summary>Fraction of all steps after which structure stays.</summary>
    public double UpdateUntil { get; init; } = 0.8;

    /// <summary>Fraction that dies at first; falls by a cosine to <see cref="FinalDeathRate"/>.</summary>
    public double DeathRate { get; init; } = 0.5;

    public double FinalDeathRate { get; init; } = 0.005;

    public PruningBudget? Budget { get; init; }

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
