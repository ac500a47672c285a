using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Reads a dense net from a file of weights: safetensors or a PyTorch checkpoint with timm's names (METHODS 5.2, 5.3). Where the shape wants
/// other classes, the classifier is replaced by a fresh one; where it wants another number of tokens, the position embedding is resized
/// bicubically. Artifact: model.
/// </summary>
public sealed record LoadWeightsRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.LoadWeights;

    public override int Version => 1;

    [JsonIgnore]
    public override StageId? ParentId => null;

    /// <summary>The file's name; the worker looks for it in its data folders.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; the engine refuses other bytes.</summary>
    public required string Digest { get; init; }

    public required ViTShape Shape { get; init; }

    /// <summary>Seed of a replaced classifier.</summary>
    public long Seed { get; init; }
}
