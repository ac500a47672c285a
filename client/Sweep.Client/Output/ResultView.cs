using Spectre.Console;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>The result document, for people and for programs.</summary>
internal static class ResultView
{
    /// <summary>The whole document; its items are the trials of the front, best first.</summary>
    public static Answer Front(ExperimentResult result) =>
        Answer.Of(result, OnFront(result), TrialColumns.Front(OnFront(result)), console => ShowFront(console, result));

    /// <summary>The whole document; its items are all trials.</summary>
    public static Answer Whole(ExperimentResult result, Action<IAnsiConsole> show) =>
        Answer.Of(result, result.Trials, TrialColumns.All(result.Trials), show);

    public static IReadOnlyList<TrialResult> OnFront(ExperimentResult result)
    {
        var trials = result.Trials.ToDictionary(trial => trial.Id);
        return [.. result.Front.Where(trials.ContainsKey).Select(id => trials[id])];
    }

    public static void ShowFront(IAnsiConsole console, ExperimentResult result)
    {
        var front = OnFront(result);
        var complete = result.Trials.Count(trial => trial.State is TrialState.Complete);
        console.MarkupLine($"[bold]{Markup.Escape(result.Experiment)}[/]: {Words.Name(result.State)}, {front.Count} of {Words.Many(complete, "complete trial")} on the front");
        if (front.Count > 0)
        {
            console.Write(Column.Table(console, TrialColumns.Front(front), front));
        }

        if (result.Dense is { } dense)
        {
            console.WriteLine($"Unpruned: accuracy {Words.Percent(dense.Accuracy)}, test {Words.Percent(dense.TestAccuracy)}, {Words.Count(dense.Parameters)} parameters, {Words.Magnitude(dense.Flops)} FLOPs");
        }

        foreach (var line in Plot(result, Math.Min(console.Profile.Width, 72)))
        {
            console.WriteLine(line);
        }

        console.WriteLine($"Accuracy is that of {Words.Count(result.Scope.ValidationImages)} validation images, test that of {Words.Count(result.Scope.TestImages)} test images, of {result.Scope.Data}.");
        if (result.Hypervolume is { } volume)
        {
            console.WriteLine($"Hypervolume {Words.Number(volume)}");
        }

        ShowSharing(console, result.Sharing);
    }

    public static void ShowSharing(IAnsiConsole console, SharingResult sharing) => console.WriteLine(Sharing(sharing));

    public static string Sharing(SharingResult sharing)
    {
        var saved = sharing.EpochsAsked - sharing.EpochsNeeded;
        var text = $"Sharing: {Words.Many(sharing.EpochsNeeded, "epoch")} needed for {Words.Count(sharing.EpochsAsked)} asked"
            + (saved > 0 ? $" ({Words.Number(Math.Round(100.0 * saved / sharing.EpochsAsked))} % saved)" : "");
        return $"{text}, {Words.Count(sharing.EpochsRun)} run.";
    }

    private static IReadOnlyList<string> Plot(ExperimentResult result, int width)
    {
        var front = result.Front.ToHashSet();
        var points = result.Trials.Where(trial => trial.Metrics is not null).OrderBy(trial => front.Contains(trial.Id)).Select(trial =>
            front.Contains(trial.Id)
                ? FrontPlot.Front(trial.Metrics!.Parameters, trial.Metrics.Accuracy)
                : FrontPlot.Behind(trial.Metrics!.Parameters, trial.Metrics.Accuracy));
        var dense = result.Dense is { } metrics ? [FrontPlot.Unpruned(metrics.Parameters, metrics.Accuracy)] : Array.Empty<FrontPlot.Point>();
        return FrontPlot.Draw([.. dense, .. points], width, height: 10);
    }

}
