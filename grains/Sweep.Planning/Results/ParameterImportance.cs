namespace Sweep.Planning;

/// <summary>How much a setting decides whether a trial is among the best by one objective.</summary>
public sealed record ParameterImportance
{
    /// <summary>The setting's name.</summary>
    public required string Parameter { get; init; }

    /// <summary>The objective's metric.</summary>
    public required Metric Metric { get; init; }

    /// <summary>Share of this setting among all settings, in [0, 1]; they sum to 1, or are all 0 where chance explains everything.</summary>
    public required double Share { get; init; }

    /// <summary>Complete trials that have the setting.</summary>
    public required int Trials { get; init; }
}

/// <summary>
/// PED-ANOVA (Watanabe, Bansal and Hutter, 2023): the importance of a parameter is the Pearson divergence of its distribution among the best
/// trials from that among all, Σ p (q / p − 1)². Costs one sort an objective, whatever the space. Our reading: numbers are put into at most ten bins of
/// equal counts, conditional settings are judged among the trials that have them, and what a random choice of as many trials would show on
/// average, (bins − 1) / best · (1 − best / all), is taken off, and what lies within two of its standard deviations counts as nothing, so that few
/// trials do not make everything look important.
/// </summary>
public static class ParameterImportances
{
    /// <summary>The share of the trials that counts as the best.</summary>
    private const double BestShare = 0.2;

    /// <summary>Fewer complete trials say nothing.</summary>
    private const int FewestTrials = 10;

    private const int MostBins = 10;

    /// <returns>Objective by objective, the most important setting first; empty with too few complete trials.</returns>
    public static IReadOnlyList<ParameterImportance> Of(IReadOnlyList<TrialResult> trials, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(objectives);
        var complete = trials.Where(trial => trial.Metrics is not null).ToList();
        var axes = TrialAxis.Settings(complete);
        return complete.Count < FewestTrials ? [] : [.. objectives.SelectMany(objective => Of(complete, axes, objective))];
    }

    private static IEnumerable<ParameterImportance> Of(List<TrialResult> complete, IReadOnlyList<TrialAxis> axes, Objective objective)
    {
        double Cost(TrialResult trial)
        {
            var value = ObjectiveValues.Of(objective.Metric, trial.Metrics!);
            return double.IsNaN(value) ? double.PositiveInfinity : objective.Goal == Goal.Minimize ? value : -value;
        }

        var divergences = axes.Select(axis =>
        {
            var having = complete.Where(trial => axis.Of(trial) is not null).OrderBy(Cost).ThenBy(trial => trial.Id, StringComparer.Ordinal).ToList();
            return (axis.Name, having.Count, Divergence: having.Count < FewestTrials ? 0 : Divergence(having.ConvertAll(trial => axis.Of(trial)!.Value), axis.Words is not null));
        }).ToList();
        var sum = divergences.Sum(axis => axis.Divergence);
        return divergences
            .Select(axis => new ParameterImportance
            {
                Parameter = axis.Name,
                Metric = objective.Metric,
                Share = sum > 0 ? axis.Divergence / sum : 0,
                Trials = axis.Count,
            })
            .OrderByDescending(importance => importance.Share);
    }

    /// <param name="values">Of one setting, the best trial's first.</param>
    /// <param name="unordered">Whether the values are words, which are never joined into bins.</param>
    private static double Divergence(List<double> values, bool unordered)
    {
        var best = Math.Max(1, (int)Math.Round(values.Count * BestShare));
        var bins = Bins(values, unordered);
        var all = new int[bins.Count];
        var good = new int[bins.Count];
        for (var i = 0; i < values.Count; i++)
        {
            var bin = bins.BinarySearch(values[i]);
            bin = bin >= 0 ? bin : Math.Min(~bin, bins.Count - 1);
            all[bin]++;
            good[bin] += i < best ? 1 : 0;
        }

        var divergence = 0.0;
        for (var bin = 0; bin < bins.Count; bin++)
        {
            var (p, q) = ((double)all[bin] / values.Count, (double)good[bin] / best);
            divergence += p > 0 ? p * Math.Pow(q / p - 1, 2) : 0;
        }

        // The mean and the spread of χ² over the number drawn, for a draw without replacement.
        var thinned = 1 - (double)best / values.Count;
        var chance = (bins.Count - 1.0) / best * thinned;
        var spread = Math.Sqrt(2 * (bins.Count - 1.0)) / best * thinned;
        return divergence > chance + 2 * spread ? divergence - chance : 0;
    }

    /// <returns>The greatest value of each bin, ascending.</returns>
    private static List<double> Bins(List<double> values, bool unordered)
    {
        var distinct = values.Distinct().Order().ToList();
        if (unordered || distinct.Count <= MostBins)
        {
            return distinct;
        }

        var sorted = values.Order().ToList();
        return [.. Enumerable.Range(1, MostBins).Select(i => sorted[(int)Math.Ceiling((double)i * sorted.Count / MostBins) - 1]).Distinct()];
    }
}
