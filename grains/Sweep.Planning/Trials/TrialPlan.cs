using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A trial and its path through the stage tree, every stage after those it reads.</summary>
public sealed record TrialPlan
{
    /// <summary><c>t0001</c>, counted in the order the searcher proposes; <c>dense</c>, or <c>dense-seed-1</c>, for an unpruned net.</summary>
    public required string Id { get; init; }

    /// <summary>Null for an unpruned net.</summary>
    public TrialSettings? Settings { get; init; }

    /// <summary>Seed of training.</summary>
    public required long Seed { get; init; }

    public required IReadOnlyList<StageRecipe> Stages { get; init; }

    /// <summary>The stage that measures the trial's net.</summary>
    public StageRecipe Evaluate => Stages.Last(stage => stage.Kind == StageKind.Evaluate);

    /// <summary>The stage that measures its speed; null where none is asked for.</summary>
    public StageRecipe? Benchmark => Stages.FirstOrDefault(stage => stage.Kind == StageKind.Benchmark);
}
