namespace Sweep.Planning.Report;

/// <summary>Which trials the report lists and draws one by one: all of them, or the front and others at even distances.</summary>
internal static class ReportDetail
{
    /// <summary>More rows than this nobody reads, and a browser is slow with.</summary>
    public const int MostTrials = 500;

    /// <summary>The same document with fewer trials.</summary>
    public static ExperimentResult Of(ExperimentResult result) =>
        result.Trials.Count <= MostTrials ? result : result with { Trials = Shown(result, MostTrials) };

    /// <returns>The front whole, in the order of their numbers.</returns>
    public static IReadOnlyList<TrialResult> Shown(ExperimentResult result, int most)
    {
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        var others = result.Trials.Where(trial => !front.Contains(trial.Id)).ToList();
        var room = Math.Clamp(most - front.Count, 0, others.Count);
        var shown = Enumerable.Range(0, room).Select(i => others[(int)((long)i * others.Count / room)].Id).Concat(front).ToHashSet(StringComparer.Ordinal);
        return [.. result.Trials.Where(trial => shown.Contains(trial.Id))];
    }

    /// <summary>Says what is left out; nothing where nothing is.</summary>
    public static Html Note(ExperimentResult result, int shown, string verb) => Html.If(shown < result.Trials.Count, () => Html.Of($"""
        <p class="note">The front and {Math.Max(0, shown - result.Front.Count)} others at even distances {verb}, of {Words.Plural(result.Trials.Count, "trial")} in all. <code>sweep trials {result.Experiment}</code> lists every one.</p>
        """));
}
