using System.Globalization;
using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>One trial, all of it: what it is, what came out, and every attempt at its stages.</summary>
internal static class TrialLines
{
    private const int NameColumn = 12;

    public static IReadOnlyList<ScreenLine> Of(ExperimentScreen screen, Paper paper)
    {
        if (screen.Open?.Detail is not { } detail)
        {
            return [paper.Line("  asking the cluster…", Ink.Faint)];
        }

        var trial = detail.Trial;
        var lines = new List<ScreenLine>();
        Say("settings", Words.Settings(trial.Settings));
        if (trial.Reason is { } reason)
        {
            Say("proposed", reason);
        }

        if (trial.Metrics is { } metrics)
        {
            var dense = screen.Status?.Dense;
            Say("accuracy", $"{Words.Percent(metrics.Accuracy)}, test {Words.Percent(metrics.TestAccuracy)}" + (dense is null ? "" : $"; unpruned {Words.Percent(dense.Accuracy)}, test {Words.Percent(dense.TestAccuracy)}"));
            Say("parameters", Words.Count(metrics.Parameters) + Share(metrics.Parameters, dense?.Parameters));
            Say("FLOPs", Words.Magnitude(metrics.Flops) + Share(metrics.Flops, dense?.Flops));
            if (metrics.Zeros is { } zeros)
            {
                Say("zeros", Words.Count(zeros));
            }

            if (metrics.Speedups is { Count: > 0 } speeds)
            {
                Say("speed-up", string.Join(", ", speeds.Select(speed => $"{Words.Times(speed.SpeedUp)} at batch {Words.Count(speed.Batch)}")));
            }
        }

        foreach (var rung in trial.Rungs ?? [])
        {
            Say($"at {Words.Many(rung.Epochs, "epoch")}", $"accuracy {Words.Percent(rung.Metrics.Accuracy)}{(rung.Verdict is { } verdict ? $", {Words.Name(verdict)}" : "")}{(rung.Reason is { } why ? $": {why}" : "")}");
        }

        if (trial.StopReason is { } stopped)
        {
            Say("stopped", stopped, Ink.Warning);
        }

        if (trial.Failure is { } failure)
        {
            Say("failed", $"{Words.Name(failure.Failure.Reason)} in {failure.Stage.Kind}: {failure.Failure.Message}", Ink.Bad);
        }

        lines.Add(paper.Line());
        lines.Add(paper.Title("Stages", "shared ones run once for all trials"));
        lines.AddRange(Grid.Lines(paper, s_columns, Attempts(screen, detail), chosen: -1));
        return lines;

        void Say(string name, string text, Ink ink = Ink.Plain)
        {
            var width = Math.Max(paper.Width - NameColumn - 3, 10);
            var first = true;
            foreach (var part in (paper with { Width = width }).Wrapped(text, ink, indent: 0))
            {
                lines.Add(paper.Line("  ").Put(first ? name : "", Ink.Faint).PadTo(NameColumn + 2).Put(part));
                first = false;
            }
        }
    }

    private static string Share(long part, long? whole) =>
        whole is > 0 and var all ? string.Create(CultureInfo.InvariantCulture, $", {100.0 * part / all:0.0} % of the unpruned net's") : "";

    private static readonly IReadOnlyList<GridColumn<Attempt>> s_columns =
    [
        new("stage", attempt => attempt.Stage),
        new("outcome", attempt => attempt.Outcome) { Ink = attempt => attempt.Ink },
        new("took", attempt => attempt.Took, Right: true),
        new("epochs", attempt => attempt.Epochs, Right: true),
        new("peak memory", attempt => attempt.Memory, Right: true),
        new("worker", attempt => attempt.Worker),
        new("device", attempt => attempt.Device),
        new("attempt", attempt => attempt.Number, Right: true),
    ];

    private static IReadOnlyList<Attempt> Attempts(ExperimentScreen screen, TrialDetail detail)
    {
        var devices = (screen.Queue?.Workers ?? []).GroupBy(worker => WorkerSlot.Of(worker.Worker).Name).ToDictionary(group => group.Key, group => group.First());
        var rows = new List<Attempt>();
        foreach (var stage in detail.Trial.Stages)
        {
            var spans = detail.Attempts.Where(span => span.Stage == stage).ToList();
            rows.AddRange(spans.Select(span => Ended(span, devices.GetValueOrDefault(span.Worker))));
            if (screen.Status?.Running.FirstOrDefault(running => running.Stage == stage) is { } running)
            {
                rows.Add(Running(running, devices.GetValueOrDefault(WorkerSlot.Of(running.Worker).Name)));
            }
            else if (spans.Count == 0)
            {
                rows.Add(new Attempt { Stage = stage.Kind.ToString(), Outcome = detail.Trial.State switch { TrialState.Complete => "done", TrialState.Running or TrialState.Waiting => "waiting", _ => "not run" }, Ink = Ink.Faint });
            }
        }

        return rows;
    }

    private static Attempt Ended(StageSpan span, WorkerStatus? worker) => new()
    {
        Stage = span.Kind.ToString(),
        Outcome = span.Outcome is SpanEnd.Failed && span.Reason is { } reason ? $"failed: {Words.Name(reason)}" : Words.Name(span.Outcome),
        Ink = span.Outcome switch { SpanEnd.Succeeded => Ink.Good, SpanEnd.Failed or SpanEnd.Lost => Ink.Bad, _ => Ink.Warning },
        Took = Words.Duration(span.End - span.Start),
        Epochs = span.Epochs is { } epochs ? Words.Number(Math.Round(epochs, 1)) : "",
        Memory = span.PeakMemory is { } peak ? $"{Words.Magnitude(peak)}B" : "",
        Worker = span.Worker,
        Device = DeviceOf(worker),
        Number = Words.Count(span.Attempt),
    };

    private static Attempt Running(RunningStage running, WorkerStatus? worker) => new()
    {
        Stage = running.Stage.Kind.ToString(),
        Outcome = "running",
        Ink = Ink.Busy,
        Epochs = running.Epochs > 0 ? $"{Words.Number(Math.Round(running.EpochsDone, 1))} of {Words.Count(running.Epochs)}" : "",
        Memory = worker?.PeakMemory is { } peak ? $"{Words.Magnitude(peak)}B" : "",
        Worker = WorkerSlot.Of(running.Worker).Name,
        Device = DeviceOf(worker),
        Number = Words.Count(running.Attempt),
    };

    private static string DeviceOf(WorkerStatus? worker) => worker is null ? "" : worker.DeviceModel ?? worker.Device;

    private sealed record Attempt
    {
        public required string Stage { get; init; }

        public required string Outcome { get; init; }

        public Ink Ink { get; init; }

        public string Took { get; init; } = "";

        public string Epochs { get; init; } = "";

        public string Memory { get; init; } = "";

        public string Worker { get; init; } = "";

        public string Device { get; init; } = "";

        public string Number { get; init; } = "";
    }
}
