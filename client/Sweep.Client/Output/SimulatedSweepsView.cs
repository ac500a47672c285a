using Spectre.Console;
using Sweep.Simulation;

namespace Sweep.Client.Output;

/// <summary>Simulated sweeps side by side, for people and for programs.</summary>
internal static class SimulatedSweepsView
{
    private static readonly IReadOnlyList<Column<ComparedSweep>> s_columns =
    [
        new("sweep", "file", one => one.File, one => one.File),
        new("takes", "makespan", one => Time(one.Makespan.Median), one => Words.Exact(one.Makespan.Median), Right: true),
        new("epochs", "epochsRun", one => Words.Count((long)one.EpochsRun.Median), one => Words.Exact(one.EpochsRun.Median), Right: true),
        new("hypervolume", "hypervolume", one => Words.Number(one.Hypervolume.Median), one => Words.Exact(one.Hypervolume.Median), Right: true),
        new("to goal", "secondsToGoal", one => one.SecondsToGoal is { } seconds ? Time(seconds) : "never", one => Words.Exact(one.SecondsToGoal), Right: true),
        new("epochs to goal", "epochsToGoal", one => one.EpochsToGoal is { } epochs ? Words.Count((long)epochs) : "never", one => Words.Exact(one.EpochsToGoal), Right: true),
        new("stopped", "stopped", one => Words.Count((long)one.Stopped.Median), one => Words.Exact(one.Stopped.Median), Right: true),
        new("complete", "complete", one => Words.Count((long)one.Complete.Median), one => Words.Exact(one.Complete.Median), Right: true),
        new("work", "deviceSeconds", one => Time(one.DeviceSeconds.Median), one => Words.Exact(one.DeviceSeconds.Median), Right: true),
        new("from", "makespanLowest", one => Time(one.Makespan.Lowest), one => Words.Exact(one.Makespan.Lowest), Right: true),
        new("to", "makespanHighest", one => Time(one.Makespan.Highest), one => Words.Exact(one.Makespan.Highest), Right: true),
    ];

    public static Answer Of(SimulationComparison comparison, ClusterModel cluster) => Answer.Of(comparison, comparison.Sweeps, s_columns, console =>
    {
        console.WriteLine($"{Words.Many(cluster.Silos, "silo")} with {Words.Many(cluster.Devices, "device")} each; in the middle of {Words.Many(comparison.Sweeps[0].Runs, "run")}.");
        console.Write(Column.Table(console, s_columns, comparison.Sweeps));
        console.WriteLine($"The goal is a hypervolume of {Words.Number(comparison.Goal)}, {Words.Percent(SimulationComparison.GoalShare)} of what the best of them ends with.");
    });

    private static string Time(double seconds) => Words.Duration(TimeSpan.FromSeconds(seconds));
}
