using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Every combination of the axes, in the order of the file: method, then sparsity, λ, ρ. No two settings are equal.</summary>
public static class GridSearcher
{
    public static IReadOnlyList<TrialSettings> Propose(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var settings =
            from method in spec.Space.Method.Values
            from sparsity in spec.Space.Sparsity.Values
            from lambda in Lambdas(spec, method)
            from rho in Rhos(spec, method)
            select new TrialSettings { Method = method, Sparsity = sparsity, Lambda = lambda, Rho = rho };
        return [.. settings.Distinct()];
    }

    private static IEnumerable<double?> Lambdas(SweepSpec spec, PruningMethod method) => method switch
    {
        PruningMethod.Gohsp => Along(spec.Space.Lambda, method, spec.Gohsp.Lambda),
        PruningMethod.Vtp => Along(spec.Space.Lambda, method, spec.Vtp.Lambda),
        _ => [null],
    };

    private static IEnumerable<double?> Rhos(SweepSpec spec, PruningMethod method) =>
        method.HasRho() ? Along(spec.Space.Rho, method, spec.Gohsp.Rho) : [null];

    private static IEnumerable<double?> Along(SpaceAxis<double>? axis, PruningMethod method, double otherwise) =>
        axis?.AppliesTo(method) == true ? axis.Values.Select(value => (double?)value) : [otherwise];
}
