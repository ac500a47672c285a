using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>What of a head is compared with another head (METHODS 1.2, interpretation).</summary>
public enum HeadFeature
{
    /// <summary>The softmax map A (N × N).</summary>
    Attention,

    /// <summary>The head's output through its own columns of the projection (N × d).</summary>
    Output,

    /// <summary>The rows of W_q, W_k and W_v.</summary>
    Weight,
}

/// <summary>How two features are compared; every measure is at least 0.</summary>
public enum HeadSimilarity
{
    /// <summary>Cosine, clipped at 0, per image, then averaged.</summary>
    Cosine,

    /// <summary>Linear centred kernel alignment of the token Gram matrices.</summary>
    Cka,

    /// <summary>1 − Jensen-Shannon divergence / ln 2, averaged over query rows; for attention maps.</summary>
    JensenShannon,
}

/// <summary>What decides a head's importance.</summary>
public enum HeadRanking
{
    /// <summary>Stationary probability of the Markov chain on the similarity graph (GOHSP).</summary>
    Graph,

    /// <summary>ℓ2 norm of the head's weights: a control.</summary>
    Magnitude,

    /// <summary>Seeded noise: a control.</summary>
    Random,

    /// <summary>The head's share of its block's Fisher-like Taylor scores (METHODS 3.3 c): sums over images, whatever the batch.</summary>
    Taylor,
}

/// <summary>Which end of the ranking is kept.</summary>
public enum HeadOrientation
{
    /// <summary>High importance is kept: the direct reading of the paper.</summary>
    KeepHigh,

    /// <summary>Low importance is kept: redundancy reading, a control.</summary>
    KeepLow,
}

/// <summary>
/// GOHSP stage A (arXiv 2301.05345; METHODS 1.2): a graph of heads per block, read as a Markov chain whose stationary law ranks them.
/// Artifact: head scores.
/// </summary>
public sealed record RankHeadsRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.RankHeads;

    public override int Version => 1;

    /// <summary>The trained dense net.</summary>
    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    /// <summary>Training images to average over.</summary>
    public int Images { get; init; } = 512;

    public HeadRanking Ranking { get; init; }

    public HeadFeature Feature { get; init; }

    public HeadSimilarity Similarity { get; init; }

    public HeadOrientation Orientation { get; init; }

    /// <summary>Whether a head is similar to itself (diagonal 1 instead of 0).</summary>
    public bool SelfLoop { get; init; }

    /// <summary>ε of P' = (1−ε)P + ε/H.</summary>
    public double Teleport { get; init; }

    /// <summary>Seed of the choice of images, and of <see cref="HeadRanking.Random"/>.</summary>
    public long Seed { get; init; }
}
