using System.Globalization;
using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Client.Watching.Screens;

/// <summary>One worker, and what it does now.</summary>
internal sealed record DeviceRow
{
    /// <summary>The name by which people know it: its device, and its silo where there are several.</summary>
    public required string Name { get; init; }

    /// <summary>What runs on it; null when nothing does.</summary>
    public RunningStage? Stage { get; init; }

    public string Doing { get; init; } = "";

    public Ink Ink { get; init; }

    /// <summary>Who waits for what runs, as far as it is known: trials, or experiments.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    public WorkerStatus? Worker { get; init; }

    /// <summary>The workers of the cluster in the order of their names. While they are not known, those that run something of the experiment.</summary>
    public static IReadOnlyList<DeviceRow> Of(ExperimentScreen screen)
    {
        var mine = screen.Status?.Running ?? [];
        if (screen.Queue is not { } queue)
        {
            return [.. mine.Select(stage => new DeviceRow { Name = WorkerSlot.Of(stage.Worker).Name, Stage = stage, Doing = Kind(stage), Ink = Ink.Busy, Owners = TrialsOf(screen, stage.Stage) })];
        }

        return [.. Of(queue).Select(row => row.Stage is not { } stage ? row
            : mine.Any(running => running.Stage == stage.Stage) ? row with { Owners = TrialsOf(screen, stage.Stage) }
            : row with { Doing = $"{row.Doing}, for another", Ink = Ink.Faint })];
    }

    public static IReadOnlyList<DeviceRow> Of(QueueStatus queue)
    {
        var several = queue.Workers.Select(worker => worker.Silo).Distinct(StringComparer.Ordinal).Count() > 1;
        return
        [
            .. queue.Workers.OrderBy(worker => worker.Worker, StringComparer.Ordinal).Select(worker => new DeviceRow
            {
                Name = NameOf(worker, several),
                Worker = worker,
                Stage = worker.Running,
                Doing = worker.Running is { } stage ? Kind(stage) : worker.AcceptsWork ? "idle" : "draining",
                Ink = worker.Running is not null ? Ink.Busy : worker.AcceptsWork ? Ink.Faint : Ink.Warning,
            }),
        ];
    }

    /// <param name="owner">What <see cref="Owners"/> are.</param>
    public static IReadOnlyList<GridColumn<DeviceRow>> Columns(string owner)
    {
        return
        [
            new("device", row => row.Name),
            new("runs", row => row.Doing, Least: 11) { Ink = row => row.Ink },
            new(owner, row => row.Owners.Count > 1 ? $"{row.Owners[0]} +{Words.Count(row.Owners.Count - 1)}" : row.Owners.FirstOrDefault() ?? "", Least: 8),
            new("epoch", row => row.Stage is { Epochs: > 0 } stage ? string.Create(CultureInfo.InvariantCulture, $"{stage.EpochsDone:0.0} of {stage.Epochs}") : "", Least: 9, Right: true),
            new("loss", row => row.Stage?.Loss is { } loss ? loss.ToString("0.0000", CultureInfo.InvariantCulture) : "", Least: 6, Right: true),
            new("memory", Memory, Least: 8, Right: true),
            new("model", row => row.Worker?.DeviceModel ?? ""),
            new("attempt", row => row.Stage is { } stage ? Words.Count(stage.Attempt) : "", Right: true),
        ];
    }

    /// <summary>The kind of a stage as reports write it.</summary>
    public static string Kind(RunningStage stage) => stage.Stage.Kind.ToString();

    private static string NameOf(WorkerStatus worker, bool several)
    {
        // The slot says more than the device where several workers share one: primary/cuda:0-1.
        var slot = WorkerSlot.Of(worker.Worker).Name;
        return several || !slot.StartsWith(worker.Silo + "/", StringComparison.Ordinal) ? slot : slot[(worker.Silo.Length + 1)..];
    }

    private static string Memory(DeviceRow row) => row.Worker switch
    {
        { Running: not null, PeakMemory: { } peak, DeviceMemory: { } all } => $"{Words.Magnitude(peak)}B of {Words.Magnitude(all)}B",
        { Running: not null, PeakMemory: { } peak } => $"{Words.Magnitude(peak)}B",
        { DeviceMemory: { } all } => $"of {Words.Magnitude(all)}B",
        _ => "",
    };

    private static IReadOnlyList<string> TrialsOf(ExperimentScreen screen, StageId stage) =>
    [
        .. (screen.Running?.Page.Trials ?? []).Concat(screen.Trials.Page?.Trials ?? [])
            .Where(trial => trial.Stages.Contains(stage)).Select(trial => trial.Id).Distinct().Order(StringComparer.Ordinal),
    ];
}
