using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// What a group's score measures on training images. The consumer's weights of a head or a value channel are the projection's columns, of
/// an MLP unit fc2's column. A pair of a query and a key channel meets in their product: the sum runs over the query's row and bias, and
/// over the key's it is the same.
/// </summary>
public enum ScoreCriterion
{
    /// <summary>(Σ ∂L/∂w · w)² over the consumer's weights, gradients averaged over a batch before squaring (METHODS 3.3 a).</summary>
    TaylorSquared,

    /// <summary>|Σ ∂L/∂w · w|, likewise averaged over a batch (METHODS 3.3 b).</summary>
    TaylorAbsolute,

    /// <summary>Mean over samples of the squared per-sample sum (METHODS 3.3 c, the Fisher-like form).</summary>
    TaylorFisher,

    /// <summary>Heads: E|⟨A, ∂L/∂A⟩| of the head's output; other groups: ℓ1 norm. Our reading of SSP (METHODS 3.4).</summary>
    Salience,
}

/// <summary>
/// Scores every group of a trained net on training images. It knows no sparsity: one such stage serves all. Artifact: group scores.
/// </summary>
public sealed record ScoreGroupsRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.ScoreGroups;

    public override int Version => 1;

    /// <summary>The trained dense net.</summary>
    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    public required ScoreCriterion Criterion { get; init; }

    /// <summary>Batches of training images to average over.</summary>
    public int Batches { get; init; } = 50;

    /// <summary>Images a batch.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Seed of the choice of images.</summary>
    public long Seed { get; init; }
}
