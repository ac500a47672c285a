using Sweep.Planning.Schema;

namespace Sweep.Planning;

/// <summary>As much of a trial as a <see cref="TrialQuery"/> looks at.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Metrics">Complete trials only.</param>
/// <param name="Note">Why it failed or stopped; null where there is nothing to say.</param>
public readonly record struct TrialOutline(int Number, TrialState State, TrialSettings Settings, TrialMetrics? Metrics, string? Note);

/// <summary>Answers a <see cref="TrialQuery"/> from outlines: whole documents are made of the page alone.</summary>
public static class TrialSelection
{
    /// <param name="trials">All of an experiment, by their numbers.</param>
    /// <param name="front">Ids of those on the front.</param>
    /// <param name="query">Whose page is ignored.</param>
    /// <returns>Numbers of those that the query wants, in its order; equal ones by their numbers.</returns>
    public static IReadOnlyList<int> Of(IEnumerable<TrialOutline> trials, IEnumerable<string> front, TrialQuery query)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(query);
        var words = query.Words;
        var points = front.ToHashSet(StringComparer.Ordinal);
        var wanted = trials.Where(trial =>
            (query.State is not { } state || trial.State == state)
            && (!query.OnFront || points.Contains(TrialPlanner.IdOf(trial.Number)))
            && (words.Length == 0 || HasAll(trial, words)));
        return [.. Sorted(wanted, query).Select(trial => trial.Number)];
    }

    private static IEnumerable<TrialOutline> Sorted(IEnumerable<TrialOutline> trials, TrialQuery query) => query.Order switch
    {
        TrialOrder.Id => query.Descending ? trials.Reverse() : trials,
        TrialOrder.State => By(trials, query, trial => (double)trial.State),
        TrialOrder.Method => query.Descending
            ? trials.OrderByDescending(trial => RuleWords.Name(trial.Settings.Method), StringComparer.Ordinal)
            : trials.OrderBy(trial => RuleWords.Name(trial.Settings.Method), StringComparer.Ordinal),
        TrialOrder.Sparsity => By(trials, query, trial => trial.Settings.Sparsity),
        TrialOrder.Accuracy => By(trials, query, trial => trial.Metrics?.Accuracy),
        TrialOrder.TestAccuracy => By(trials, query, trial => trial.Metrics?.TestAccuracy),
        TrialOrder.Parameters => By(trials, query, trial => trial.Metrics?.Parameters),
        TrialOrder.Flops => By(trials, query, trial => trial.Metrics?.Flops),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query.Order, "Trials must be listed by something known."),
    };

    private static IEnumerable<TrialOutline> By(IEnumerable<TrialOutline> trials, TrialQuery query, Func<TrialOutline, double?> value) =>
        trials.OrderBy(trial => value(trial) is { } known ? query.Descending ? -known : known : double.PositiveInfinity);

    private static bool HasAll(TrialOutline trial, string[] words)
    {
        var settings = TrialSetting.All.Select(setting =>
            (setting.Word?.Invoke(trial.Settings) ?? (setting.Number?.Invoke(trial.Settings) is { } number ? FormattableString.Invariant($"{number}") : null)) is { } value
                ? $"{setting.Name}={value}"
                : "");
        var text = $"{TrialPlanner.IdOf(trial.Number)} {RuleWords.Name(trial.State)} {string.Join(' ', settings)} {trial.Note}";
        return words.All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
