using Spectre.Console;
using Sweep.Grains;
using Sweep.Simulation;

namespace Sweep.Client.Output;

/// <summary>Simulated runs, for people and for programs.</summary>
internal static class SimulationView
{
    private static readonly IReadOnlyList<Column<SimulatedAttempt>> s_attempts =
    [
        new(null, "worker", attempt => attempt.Worker, attempt => attempt.Worker),
        new(null, "stage", attempt => attempt.Stage.Value, attempt => attempt.Stage.Value),
        new(null, "experiment", attempt => attempt.Experiment, attempt => attempt.Experiment),
        new(null, "attempt", attempt => Words.Count(attempt.Attempt), attempt => Words.Exact(attempt.Attempt)),
        new(null, "from", attempt => Words.Number(attempt.From), attempt => Words.Exact(attempt.From)),
        new(null, "to", attempt => Words.Number(attempt.To), attempt => Words.Exact(attempt.To)),
        new(null, "end", attempt => Words.Name(attempt.End), attempt => Words.Name(attempt.End)),
    ];

    private static readonly IReadOnlyList<Column<SimulatedExperimentReport>> s_experiments =
    [
        new("experiment", null, one => one.Name, one => one.Name),
        new("state", null, one => Words.Name(one.State), one => Words.Name(one.State)),
        new("ended", null, one => one.EndedAt is { } ended ? Time(ended) : "never", one => Words.Exact(one.EndedAt), Right: true),
        new("complete", null, one => Words.Count(one.Complete), one => Words.Exact(one.Complete), Right: true),
        new("stopped", null, one => Words.Count(one.Stopped), one => Words.Exact(one.Stopped), Right: true),
        new("failed", null, one => Words.Count(one.Failed), one => Words.Exact(one.Failed), Right: true),
        new("on front", null, one => Words.Count(one.Front.Count), one => Words.Exact(one.Front.Count), Right: true),
        new("hypervolume", null, one => one.Hypervolume is { } volume ? Words.Number(volume) : "", one => Words.Exact(one.Hypervolume), Right: true),
        new("mean wait", null, one => Time(one.MeanWait), one => Words.Exact(one.MeanWait), Right: true),
        new("longest", null, one => Time(one.LongestWait), one => Words.Exact(one.LongestWait), Right: true),
    ];

    private static readonly IReadOnlyList<Column<SimulationReport>> s_runs =
    [
        new("seed", "seed", run => Words.Exact(run.Seed), run => Words.Exact(run.Seed), Right: true),
        new("takes", "makespan", run => Time(run.Makespan), run => Words.Exact(run.Makespan), Right: true),
        new("busy", "utilisation", run => Words.Percent(run.Utilisation), run => Words.Exact(run.Utilisation), Right: true),
        new("epochs", "epochsRun", run => Words.Count(run.EpochsRun), run => Words.Exact(run.EpochsRun), Right: true),
        new("asked", "epochsAsked", run => Words.Count(run.EpochsAsked), run => Words.Exact(run.EpochsAsked), Right: true),
        new("attempts", "attempts", run => Words.Count(run.Attempts), run => Words.Exact(run.Attempts), Right: true),
        new("silo failures", "siloFailures", run => Words.Count(run.SiloFailures), run => Words.Exact(run.SiloFailures), Right: true),
        new("engine failures", "engineFailures", run => Words.Count(run.EngineFailures), run => Words.Exact(run.EngineFailures), Right: true),
        new("lost work", "wastedSeconds", run => Time(run.WastedSeconds), run => Words.Exact(run.WastedSeconds), Right: true),
        new("hypervolume", "hypervolume", run => Words.Number(run.Experiments[0].Hypervolume ?? 0), run => Words.Exact(run.Experiments[0].Hypervolume), Right: true),
    ];

    /// <summary>The whole report; its items are the attempts, in the order in which they ended.</summary>
    public static Answer One(SimulationReport report, ClusterModel cluster) =>
        Answer.Of(report, report.Timeline, s_attempts, console => Show(console, report, cluster));

    /// <summary>A line for each run, and what is between the best and the worst.</summary>
    public static Answer Many(IReadOnlyList<SimulationReport> reports)
    {
        var list = Answer.List("runs", reports, s_runs, whenEmpty: "");
        return list with
        {
            Show = console =>
            {
                console.Write(Column.Table(console, s_runs, reports));
                var spans = reports.Select(run => run.Makespan).Order().ToList();
                console.WriteLine($"{Words.Many(reports.Count, "run")}: from {Time(spans[0])} to {Time(spans[^1])}, half of them within {Time(spans[(spans.Count - 1) / 2])}.");
            },
        };
    }

    private static void Show(IAnsiConsole console, SimulationReport report, ClusterModel cluster)
    {
        var saved = report.EpochsAsked - report.EpochsRun;
        console.WriteLine($"{Words.Many(cluster.Silos, "silo")} with {Words.Many(cluster.Devices, "device")} each, seed {Words.Exact(report.Seed)}: {Time(report.Makespan)}, devices busy {Words.Percent(report.Utilisation)}.");
        console.WriteLine($"Epochs: {Words.Count(report.EpochsRun)} run of {Words.Count(report.EpochsAsked)} asked"
            + (saved > 0 ? $"; sharing and stopping save {Words.Number(Math.Round(100.0 * saved / report.EpochsAsked))} %." : "."));
        console.WriteLine($"Failures: {Words.Count(report.SiloFailures)} of silos, {Words.Count(report.EngineFailures)} of engines; {Words.Many(report.Attempts, "attempt")}, {Time(report.WastedSeconds)} of work lost.");
        console.Write(Column.Table(console, s_experiments, report.Experiments));
        foreach (var experiment in report.Experiments.Where(experiment => experiment.Reason is not null))
        {
            console.WriteLine(VisibleText.OfLine($"{experiment.Name} is {Words.Name(experiment.State)}: {experiment.Reason}."));
        }

        foreach (var line in Timeline.Of(report, Math.Min(console.Profile.Width, 100)))
        {
            console.WriteLine(line);
        }
    }

    private static string Time(double seconds) => Words.Duration(TimeSpan.FromSeconds(seconds));
}
