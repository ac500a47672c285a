using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>Trains the dense net from random weights. Artifact: model.</summary>
public sealed record PretrainRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.Pretrain;

    public override int Version => 1;

    [JsonIgnore]
    public override StageId? ParentId => null;

    public required ViTShape Shape { get; init; }

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
