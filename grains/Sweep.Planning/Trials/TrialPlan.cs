using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A trial and its path through the stage tree, root first; the last stage is its Evaluate.</summary>
public sealed record TrialPlan
{
    /// <summary><c>t0001</c>, counted in the order the searcher proposes; <c>dense</c> for the unpruned net.</summary>
    public required string Id { get; init; }

    /// <summary>Null for the unpruned net.</summary>
    public TrialSettings? Settings { get; init; }

    public required IReadOnlyList<StageRecipe> Stages { get; init; }
}
