namespace Sweep.Planning.Report;

/// <summary>How many of many trials the report carries, lists and draws one by one: all of them, or the front and others at even distances.</summary>
internal static class ReportDetail
{
    /// <summary>More points than this cannot be told apart in a plot, and are drawn as how many lie where.</summary>
    public const int MostTrials = 500;

    /// <summary>Trials in the document inside the page: with these the file stays below two megabytes.</summary>
    public const int MostCarried = 10_000;

    /// <summary>Nets of the front whose shapes the page carries.</summary>
    public const int MostShapes = 600;

    /// <summary>The trials of the document inside the page.</summary>
    public static IReadOnlyList<TrialResult> Carried(ExperimentResult result) =>
        result.Trials.Count <= MostCarried ? result.Trials : Shown(result, MostCarried);

    /// <returns>The front whole, or as much of it at even distances as there is room for; in the order of their numbers.</returns>
    public static IReadOnlyList<TrialResult> Shown(ExperimentResult result, int most)
    {
        var whole = result.Front.ToHashSet(StringComparer.Ordinal);
        var front = Evenly(result.Front, most).ToHashSet(StringComparer.Ordinal);
        var others = result.Trials.Where(trial => !whole.Contains(trial.Id)).ToList();
        var room = Math.Clamp(most - front.Count, 0, others.Count);
        var shown = Enumerable.Range(0, room).Select(i => others[(int)((long)i * others.Count / room)].Id).Concat(front).ToHashSet(StringComparer.Ordinal);
        return [.. result.Trials.Where(trial => shown.Contains(trial.Id))];
    }

    /// <summary>Some of many at even distances, the first and the last among them.</summary>
    public static IReadOnlyList<T> Evenly<T>(IReadOnlyList<T> items, int most) => items.Count <= most ? items
        : [.. Enumerable.Range(0, most).Select(i => items[(int)((long)i * (items.Count - 1) / (most - 1))])];

    /// <summary>Says what is left out; nothing where nothing is.</summary>
    public static Html Note(ExperimentResult result, int shown, string verb) => Html.If(shown < result.Trials.Count, () => Html.Of($"""
        <p class="note">{(shown >= result.Front.Count ? $"The front and {Words.Count(shown - result.Front.Count)} others" : $"{Words.Count(shown)} nets of the front")} at even distances {verb}, of {Words.Plural(result.Trials.Count, "trial")} in all. <code>sweep trials {result.Experiment}</code> lists every one.</p>
        """));
}
