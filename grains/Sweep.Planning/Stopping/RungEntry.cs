namespace Sweep.Planning;

/// <summary>A result as a ranking sees it.</summary>
/// <param name="Costs">[D], less is better.</param>
/// <param name="Violation">+∞ where a cost is NaN, so that such a result comes behind all others.</param>
internal readonly record struct RungEntry(int Trial, double[] Costs, double Violation)
{
    public bool Feasible => Violation <= 0;

    public static RungEntry Of(RungResult result, TrialRanking ranking)
    {
        double[] costs = ranking == TrialRanking.FirstObjective ? [result.Costs[0]] : [.. result.Costs];
        var broken = double.IsNaN(result.Violation) || costs.Any(double.IsNaN);
        return new RungEntry(result.Trial, costs, broken ? double.PositiveInfinity : Math.Max(0, result.Violation));
    }
}
