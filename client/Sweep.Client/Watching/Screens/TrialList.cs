using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>A list of trials of which the cluster tells a part: which ones, where somebody is in it, and what is known of it by now.</summary>
internal sealed record TrialList
{
    /// <summary>Screenfuls known at once: the one shown, one before it and two after, so that moving on shows something at once.</summary>
    private const int Screenfuls = 4;

    private const int MostRows = 500;

    private static readonly TrialOrder[] s_orders =
    [
        TrialOrder.Id, TrialOrder.State, TrialOrder.Accuracy, TrialOrder.Parameters, TrialOrder.Flops, TrialOrder.TestAccuracy, TrialOrder.Method, TrialOrder.Sparsity,
    ];

    private static readonly (TrialState? State, bool OnFront)[] s_filters =
    [
        (null, false),
        (TrialState.Running, false),
        (TrialState.Complete, false),
        (TrialState.Failed, false),
        (TrialState.Stopped, false),
        (TrialState.Waiting, false),
        (null, true),
    ];

    /// <summary>Without its page.</summary>
    public TrialQuery Query { get; init; } = new() { Limit = 0 };

    public ListCursor Cursor { get; init; }

    /// <summary>What is known; null before the first answer.</summary>
    public TrialAnswer? Answer { get; init; }

    public TrialPage? Page => Answer?.Page;

    public int Count => Page?.Total ?? 0;

    public bool IsFiltered => Query.State is not null || Query.OnFront || Query.Text is not null;

    /// <summary>The trial that the cursor is on; null while it is not known.</summary>
    public TrialResult? Chosen => At(Cursor.At);

    /// <summary>What to ask to show so many rows; null when the answer is known.</summary>
    public TrialQuestion? Question(ExperimentStatus status, int rows)
    {
        var shown = Math.Clamp(rows, 1, MostRows / Screenfuls);
        var offset = Math.Max(0, Cursor.Top / shown - 1) * shown;
        var question = new TrialQuestion(Query with { Offset = offset, Limit = shown * Screenfuls }, status.Trials, status.Front.Count);
        return question == Answer?.Question ? null : question;
    }

    /// <summary>The rows from the first that is shown; null for those that are not known yet.</summary>
    public IReadOnlyList<TrialResult?> Rows(int rows) => [.. Enumerable.Range(Cursor.Top, Math.Clamp(Count - Cursor.Top, 0, rows)).Select(At)];

    public TrialList Fit(int rows) => this with { Cursor = Cursor.Fit(Count, rows) };

    /// <param name="steps">Columns to the right, or to the left.</param>
    public TrialList SortedByNext(int steps)
    {
        var order = Next(s_orders, Array.IndexOf(s_orders, Query.Order), steps);

        // Of accuracy people want the best first.
        return this with { Query = Query with { Order = order, Descending = order is TrialOrder.Accuracy or TrialOrder.TestAccuracy }, Cursor = default };
    }

    public TrialList Reversed() => this with { Query = Query with { Descending = !Query.Descending }, Cursor = default };

    public TrialList FilteredByNext(int steps)
    {
        var (state, onFront) = Next(s_filters, Array.IndexOf(s_filters, (Query.State, Query.OnFront)), steps);
        return this with { Query = Query with { State = state, OnFront = onFront }, Cursor = default };
    }

    /// <param name="text">"" for no words.</param>
    public TrialList FilteredBy(string text) => this with { Query = Query with { Text = text.Length > 0 ? text : null }, Cursor = default };

    public TrialList Unfiltered() => this with { Query = Query with { State = null, OnFront = false, Text = null }, Cursor = default };

    private static T Next<T>(T[] all, int at, int steps) => all[(at + steps + all.Length) % all.Length];

    private TrialResult? At(int row) => Page is { } page && row - page.Offset is var place && place >= 0 && place < page.Trials.Count ? page.Trials[place] : null;
}
