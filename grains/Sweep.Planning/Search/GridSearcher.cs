using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Every combination of the axes: seed by seed, so that one whole comparison is there first, and for each in the order method, sparsity,
/// target, λ, ρ, then those of the training after the cut. No two settings are equal.
/// </summary>
public static class GridSearcher
{
    /// <summary>Every combination that the spec's constraints allow.</summary>
    public static IReadOnlyList<TrialSettings> Propose(SweepSpec spec) =>
        SettingsFilter.Of(spec) is { } filter ? [.. Everything(spec).Where(filter.Allows)] : Everything(spec);

    /// <summary>Every combination, whatever the constraints say.</summary>
    public static IReadOnlyList<TrialSettings> Everything(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var settings =
            from seed in spec.Space.Seed?.Values.Select(value => (long?)value) ?? [null]
            from method in spec.Space.Method.Values
            from sparsity in spec.Space.Sparsity.Values
            from target in Targets(spec, method)
            from lambda in Lambdas(spec, method)
            from rho in Rhos(spec, method)
            from finetuneSeed in Optional(spec.Space.FinetuneSeed, method)
            from finetuneEpochs in Optional(spec.Space.FinetuneEpochs, method)
            from finetuneLearningRate in Optional(spec.Space.FinetuneLearningRate, method)
            select new TrialSettings
            {
                Method = method,
                Sparsity = sparsity,
                Target = target,
                Lambda = lambda,
                Rho = rho,
                Seed = seed,
                FinetuneSeed = finetuneSeed,
                FinetuneEpochs = finetuneEpochs,
                FinetuneLearningRate = finetuneLearningRate,
            };
        return [.. settings.Distinct()];
    }

    /// <summary>Why a trial is there.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="count">Of all combinations.</param>
    public static string Reason(int number, int count) => FormattableString.Invariant($"Combination {number + 1} of {count} of the grid.");

    private static IEnumerable<BudgetTarget?> Targets(SweepSpec spec, PruningMethod method) =>
        method.IsStructured() && spec.Space.Target is { } axis && axis.AppliesTo(method)
            ? axis.Values.Select(value => (BudgetTarget?)value)
            : [null];

    private static IEnumerable<double?> Lambdas(SweepSpec spec, PruningMethod method) => method switch
    {
        PruningMethod.Gohsp => Along(spec.Space.Lambda, method, spec.Gohsp.Lambda),
        PruningMethod.Vtp => Along(spec.Space.Lambda, method, spec.Vtp.Lambda),
        _ => [null],
    };

    private static IEnumerable<double?> Rhos(SweepSpec spec, PruningMethod method) =>
        method.HasRho() ? Along(spec.Space.Rho, method, spec.Gohsp.Rho) : [null];

    private static IEnumerable<T?> Optional<T>(SpaceAxis<T>? axis, PruningMethod method)
        where T : struct => axis?.AppliesTo(method) == true ? axis.Values.Select(value => (T?)value) : [null];

    private static IEnumerable<double?> Along(SpaceAxis<double>? axis, PruningMethod method, double otherwise) =>
        axis?.AppliesTo(method) == true ? axis.Values.Select(value => (double?)value) : [otherwise];
}
