using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>Trains the dense net, from random weights or from loaded ones. Artifact: model.</summary>
public sealed record PretrainRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.Pretrain;

    public override int Version => 1;

    /// <summary>The net to start from; null for random weights.</summary>
    public StageId? Start { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Start;

    public required ViTShape Shape { get; init; }

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
