using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>Trials in columns: what decides first, what tells them apart after it.</summary>
internal static class TrialGrid
{
    public static IReadOnlyList<GridColumn<TrialResult>> Columns(ExperimentScreen screen)
    {
        var front = screen.Status?.Front.Select(point => point.Trial).ToHashSet(StringComparer.Ordinal) ?? [];
        var query = screen.Trials.Query;
        return
        [
            new(Heading("trial", TrialOrder.Id), trial => $"{trial.Id}{(front.Contains(trial.Id) ? " ●" : "")}", Least: 7)
            {
                Ink = trial => front.Contains(trial.Id) ? Ink.Good : Ink.Plain,
            },
            new(Heading("state", TrialOrder.State), trial => Output.Words.Name(trial.State), Least: 8) { Ink = trial => InkOf(trial.State) },
            Metric("accuracy", TrialOrder.Accuracy, 8, metrics => Output.Words.Percent(metrics.Accuracy)),
            Metric("params", TrialOrder.Parameters, 8, metrics => Output.Words.Magnitude(metrics.Parameters)),
            Metric("FLOPs", TrialOrder.Flops, 7, metrics => Output.Words.Magnitude(metrics.Flops)),
            Metric("test", TrialOrder.TestAccuracy, 8, metrics => Output.Words.Percent(metrics.TestAccuracy)),
            new(Heading("method", TrialOrder.Method), trial => Output.Words.Name(trial.Settings.Method), Least: 8),
            new(Heading("sparsity", TrialOrder.Sparsity), trial => Output.Words.Number(trial.Settings.Sparsity), Least: 10, Right: true),
            new("λ", trial => Output.Words.Penalty(trial.Settings.Lambda), Least: 6, Right: true),
            new("ρ", trial => Output.Words.Penalty(trial.Settings.Rho), Least: 6, Right: true),
            new("more", More) { Rest = true, Ink = trial => trial.Failure is null ? Ink.Faint : Ink.Bad },
        ];

        GridColumn<TrialResult> Metric(string heading, TrialOrder order, int least, Func<TrialMetrics, string> text) =>
            new(Heading(heading, order), trial => trial.Metrics is { } metrics ? text(metrics) : "", least, Right: true);

        string Heading(string name, TrialOrder order) => query.Order == order ? $"{name} {(query.Descending ? "▼" : "▲")}" : name;
    }

    /// <summary>Where the cursor is, among how many of which.</summary>
    public static string Words(TrialList list)
    {
        var query = list.Query;
        var filters = new List<string>();
        if (query.State is { } state)
        {
            filters.Add(Output.Words.Name(state));
        }

        if (query.OnFront)
        {
            filters.Add("on the front");
        }

        if (query.Text is { } text)
        {
            filters.Add($"with '{text}'");
        }

        var count = list.Page is null ? "" : list.Count == 0 ? "none" : $"{Output.Words.Count(list.Cursor.At + 1)} of {Output.Words.Count(list.Count)}";
        return $"{count} {string.Join(", ", filters)}".Trim();
    }

    public static Ink InkOf(TrialState state) => state switch
    {
        TrialState.Complete => Ink.Good,
        TrialState.Running => Ink.Busy,
        TrialState.Failed => Ink.Bad,
        TrialState.Stopped => Ink.Warning,
        _ => Ink.Faint,
    };

    private static string More(TrialResult trial)
    {
        var settings = trial.Settings;
        var more = Output.Words.Settings(settings with { Lambda = null, Rho = null });
        var known = Output.Words.Settings(new TrialSettings { Method = settings.Method, Sparsity = settings.Sparsity });
        var others = more.Length > known.Length ? more[known.Length..].TrimStart() : "";
        var why = trial.Failure?.Failure.Message ?? trial.StopReason ?? "";
        return why.Length == 0 ? others : others.Length == 0 ? why : $"{others}; {why}";
    }
}
