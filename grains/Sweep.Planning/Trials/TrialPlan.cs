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

    /// <summary>
    /// The stages that measure it along its training after the cut, by their places in <see cref="Stages"/>, each with the epochs that it has had
    /// then. Without early stopping there is one.
    /// </summary>
    public IReadOnlyList<(int Place, int Epochs)> Rungs =>
    [
        .. Stages.Index().Where(stage => stage.Item is EvaluateRecipe)
            .Select(stage => (stage.Index, Stages[stage.Index - 1] is FineTuneRecipe { Training: var training } ? training.To ?? training.Epochs : 0)),
    ];

    /// <summary>The stage that measures its speed; null where none is asked for.</summary>
    public StageRecipe? Benchmark => Stages.FirstOrDefault(stage => stage.Kind == StageKind.Benchmark);
}
