using System.Diagnostics.CodeAnalysis;

namespace Sweep.Planning;

/// <summary>
/// A spec's constraints, asked of its settings. Where the space says nothing of a setting that every trial has (seed, target, length of
/// fine-tuning), the rest of the spec does; λ and ρ exist for the methods that have them.
/// </summary>
public sealed class SettingsFilter
{
    private readonly SweepSpec _spec;
    private readonly ConstraintSet _constraints;
    private readonly CostPredictor _predictor;

    private SettingsFilter(SweepSpec spec, ConstraintSet constraints)
    {
        _spec = spec;
        _constraints = constraints;
        _predictor = new CostPredictor(spec);
    }

    /// <returns>Null for a spec without constraints, which allows everything.</returns>
    /// <exception cref="ConstraintException">A constraint breaks rules, which no validated spec's does.</exception>
    public static SettingsFilter? Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.Constraints is { Count: > 0 } texts ? new SettingsFilter(spec, ConstraintSet.Parse(texts)) : null;
    }

    public bool Allows(TrialSettings settings) => _constraints.Broken(At(settings)) is null;

    /// <returns>Why the settings may not be tried, in one sentence with figures; null when they may.</returns>
    public string? Refusal(TrialSettings settings) => _constraints.Refusal(At(settings));

    /// <param name="settings">A trial's.</param>
    /// <param name="by">The first constraint that does not hold.</param>
    /// <param name="figures">Every name in it with its figure.</param>
    internal bool Refuses(TrialSettings settings, [NotNullWhen(true)] out Constraint? by, [NotNullWhen(true)] out string? figures)
    {
        var point = At(settings);
        by = _constraints.Broken(point);
        figures = by?.Figures(point);
        return by is not null && figures is not null;
    }

    private ConstraintPoint At(TrialSettings settings) => new(Whole(settings), () => _predictor.Predict(settings), _predictor.Dense);

    private TrialSettings Whole(TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var seed = settings.Seed ?? _spec.Seed;
        return settings with
        {
            Target = settings.Target ?? _spec.Budget.TargetOf(settings.Method),
            Seed = seed,
            FinetuneSeed = settings.FinetuneSeed ?? seed,
            FinetuneEpochs = settings.FinetuneEpochs ?? _spec.Finetune.Epochs,
            FinetuneLearningRate = settings.FinetuneLearningRate ?? _spec.Finetune.LearningRate,
        };
    }
}
