using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// The shape of one transformer block. Notation of METHODS 4.3: h heads, q and v the widths of one head, m the MLP's hidden width,
/// e_a, e_o, e_m the input channels that the attention, its output projection and the MLP read.
/// </summary>
public sealed record BlockShape
{
    /// <summary>h. Zero removes the attention branch: what is left of it is a constant vector.</summary>
    public required int Heads { get; init; }

    /// <summary>q, the width of one head's queries and keys.</summary>
    public required int QueryKeyWidth { get; init; }

    /// <summary>v, the width of one head's values.</summary>
    public required int ValueWidth { get; init; }

    /// <summary>m. Zero removes the MLP branch: what is left of it is a constant vector.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>e_a, when fewer than the model's width; the kept channel numbers are stored with the weights.</summary>
    public int? AttentionInputs { get; init; }

    /// <summary>e_o, when fewer than h·v (VTP with whole values).</summary>
    public int? ProjectionInputs { get; init; }

    /// <summary>e_m, when fewer than the model's width.</summary>
    public int? MlpInputs { get; init; }

    /// <summary>The width of a head before any pruning: attention divides by its square root for ever.</summary>
    public required int ScaleWidth { get; init; }

    [JsonIgnore]
    public int QkvWidth => Heads * (2 * QueryKeyWidth + ValueWidth);
}
