using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>Trains a pruned net without penalties. Artifact: model.</summary>
public sealed record FineTuneRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.FineTune;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>Null without a teacher.</summary>
    public DistillationRecipe? Distillation { get; init; }

    [JsonIgnore]
    public override IReadOnlyList<StageId> Inputs => Distillation is null || Distillation.Teacher == Parent ? [Parent] : [Parent, Distillation.Teacher];

    [JsonIgnore]
    public override int Epochs => Training.Length;
}
