using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Measures a net on the validation split (selected on) and the test split (reported only), and counts its parameters and Flops.
/// The only stage that reads the test split.
/// </summary>
public sealed record EvaluateRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.Evaluate;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required DataRecipe Data { get; init; }
}
