namespace Sweep.Recipes;

/// <summary>
/// Measures a net on the validation split (selected on) and the test split (reported only), and counts its parameters and Flops.
/// The only stage that reads the test split.
/// </summary>
public sealed record EvaluateRecipe : StageRecipe
{
    public override StageKind Kind => StageKind.Evaluate;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }
}
