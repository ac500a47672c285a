namespace Sweep.Recipes;

/// <summary>Trains a pruned net without penalties. Artifact: model.</summary>
public sealed record FineTuneRecipe : StageRecipe
{
    public override StageKind Kind => StageKind.FineTune;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    public override int Epochs => Training.Length;
}
