using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// VTP's first step (arXiv 2104.08500; METHODS 2): gates at four sites of each block, trained with the weights under
/// Loss + λ‖a‖₁. It knows no sparsity: one such stage serves every ratio. Artifact: model with gates.
/// </summary>
public sealed record SparseTrainRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.SparseTrain;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>λ, weight of the ℓ1 norm of all gates; at least 0.</summary>
    public required double Lambda { get; init; }

    /// <summary>Factor on the learning rate for the gates.</summary>
    public double GateLearningRateFactor { get; init; } = 1;

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
