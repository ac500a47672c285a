using Spectre.Console;
using Spectre.Console.Rendering;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>Where experiments, workers and the queue stand.</summary>
internal static class StatusView
{
    public static Answer Experiments(IReadOnlyList<ExperimentStatus> experiments) => Answer.List(
        "experiments",
        experiments,
        [
            Text<ExperimentStatus>("experiment", "experiment", status => status.Name),
            Text<ExperimentStatus>("state", "state", status => Words.Name(status.State)) with { Markup = status => State(status.State) },
            new("trials", null, status => $"{Words.Count(status.Trials.Complete)}/{Words.Count(status.Trials.Total)}", _ => "", Right: true),
            new(null, "trials", _ => "", status => Words.Exact(status.Trials.Total)),
            new(null, "complete", _ => "", status => Words.Exact(status.Trials.Complete)),
            new(null, "failed", _ => "", status => Words.Exact(status.Trials.Failed)),
            new("epochs", null, status => $"{Words.Number(Math.Round(status.EpochsDone, 1))}/{Words.Count(status.EpochsNeeded)}", _ => "", Right: true),
            new(null, "epochsDone", _ => "", status => Words.Exact(status.EpochsDone)),
            new(null, "epochsNeeded", _ => "", status => Words.Exact(status.EpochsNeeded)),
            new("front", "front", status => Words.Count(status.Front.Count), status => Words.Exact(status.Front.Count), Right: true),
            Text<ExperimentStatus>("submitted", "submittedAt", status => Moment(status.SubmittedAt)),
            Text<ExperimentStatus>(null, "endedAt", status => status.EndedAt is { } end ? Moment(end) : ""),
        ],
        "No experiment was submitted yet.");

    public static Answer Workers(QueueStatus queue) => Answer.List(
        "workers",
        queue.Workers,
        [
            Text<WorkerStatus>(null, "silo", worker => worker.Silo),
            Text<WorkerStatus>("worker", "worker", worker => worker.Worker),
            Text<WorkerStatus>(null, "device", worker => worker.Device),
            new("threads", "threads", worker => Words.Count(worker.Threads), worker => Words.Exact(worker.Threads), Right: true),
            Text<WorkerStatus>("state", "state", worker => worker.AcceptsWork ? worker.Running is null ? "idle" : "running" : "draining"),
            new("stage", "stage", worker => worker.Running is { } stage ? ShortStage(stage) : "", worker => worker.Running?.Stage.Value ?? ""),
            new("epochs", null, worker => worker.Running is { } stage ? Epochs(stage) : "", _ => "", Right: true),
            new("silent", "silenceSeconds", worker => Words.Duration(worker.Silence), worker => Words.Exact(worker.Silence.TotalSeconds), Right: true),
        ],
        "No worker has reported: start one with 'sweep silo'.");

    public static Answer Queue(QueueStatus queue)
    {
        var idle = queue.Workers.Count(worker => worker is { AcceptsWork: true, Running: null });
        return Answer.Of(
            queue,
            [queue],
            [
                new("waiting", "depth", status => Words.Count(status.Depth), status => Words.Exact(status.Depth), Right: true),
                new("oldest", "oldestSeconds", status => status.OldestAge is { } age ? Words.Duration(age) : "", status => Words.Exact(status.OldestAge?.TotalSeconds), Right: true),
                new("workers", "workers", status => Words.Count(status.Workers.Count), status => Words.Exact(status.Workers.Count), Right: true),
                new("idle", "idle", _ => Words.Count(idle), _ => Words.Exact(idle), Right: true),
            ],
            console => console.WriteLine(
                $"{Words.Many(queue.Depth, "stage")} waiting{(queue.OldestAge is { } age ? $", the oldest for {Words.Duration(age)}" : "")}; "
                + $"{Words.Many(queue.Workers.Count, "worker")}, {Words.Count(idle)} idle."));
    }

    /// <summary>Counts, epochs and what runs, as a block.</summary>
    public static IEnumerable<IRenderable> Summary(IAnsiConsole console, ExperimentStatus status)
    {
        yield return new Markup($"[bold]{Markup.Escape(VisibleText.OfLine(status.Name))}[/]: {State(status.State)}");
        yield return new Text(
            $"Trials: {Words.Count(status.Trials.Complete)} of {Words.Count(status.Trials.Total)} complete, {Words.Count(status.Trials.Running)} running"
            + (status.Trials.Stopped > 0 ? $", {Words.Count(status.Trials.Stopped)} stopped" : "")
            + (status.Trials.Failed > 0 ? $", {Words.Count(status.Trials.Failed)} failed" : "")
            + $". Stages: {Words.Count(status.StagesDone)} of {Words.Count(status.Stages)}."
            + $" Epochs: {Words.Number(Math.Round(status.EpochsDone, 1))} of {Words.Count(status.EpochsNeeded)}.");
        if (status.Running.Count > 0)
        {
            yield return Column.Table(console, RunningColumns, status.Running);
        }

        if (status.Failure is { } failure)
        {
            yield return new Text(VisibleText.OfLines(failure), new Style(Color.Red));
        }
    }

    public static string State(ExperimentState state) => state switch
    {
        ExperimentState.Complete => "[green]complete[/]",
        ExperimentState.Running => "[blue]running[/]",
        ExperimentState.Failed => "[red]failed[/]",
        _ => $"[yellow]{Words.Name(state)}[/]",
    };

    public static string Epochs(RunningStage stage) => $"{Words.Number(Math.Round(stage.EpochsDone, 1))}/{Words.Count(stage.Epochs)}";

    private static IReadOnlyList<Column<RunningStage>> RunningColumns { get; } =
    [
        Text<RunningStage>("worker", null, stage => stage.Worker),
        Text<RunningStage>("stage", null, stage => ShortStage(stage)),
        new("epochs", null, stage => stage.Epochs > 0 ? Epochs(stage) : "", _ => "", Right: true),
        new("loss", null, stage => stage.Loss is { } loss ? Words.Number(loss) : "", _ => "", Right: true),
        new("attempt", null, stage => Words.Count(stage.Attempt), _ => "", Right: true),
    ];

    /// <summary>The kind and enough of the hash to tell it from its like.</summary>
    public static string ShortStage(RunningStage stage) => stage.Stage.Value[..Math.Min(stage.Stage.Value.LastIndexOf('-') + 7, stage.Stage.Value.Length)];

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static Column<T> Text<T>(string? heading, string? name, Func<T, string> text) => new(heading, name, text, text);
}
