using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Engines;

/// <summary>What an event must be beyond its types: JSON's null gets past them, and its numbers are any.</summary>
internal static class EventRules
{
    private const int MostEpochs = 1 << 24;

    /// <returns>Null when the event is sound, else the rule that it breaks.</returns>
    public static string? Fault(EngineEvent happened) => happened switch
    {
        ReadyEvent { Engine: null } or ReadyEvent { Torch: null } or ReadyEvent { Devices: null } => "ready says engine, torch and devices",
        StartedEvent started => Stage(started.Stage) ?? Epochs(started.EpochsResumed),
        ProgressEvent progress => Stage(progress.Stage) ?? Epochs(progress.EpochsDone) ?? Epochs(progress.Epochs),
        CheckpointEvent checkpoint => Stage(checkpoint.Stage) ?? Epochs(checkpoint.Epochs) ?? Folder(checkpoint.Folder) ?? History(checkpoint),
        CompletedEvent completed => Stage(completed.Stage) ?? (completed.Result is { Provenance: not null } ? null : "completed has a result with its provenance"),
        FailedEvent failed => failed.Failure is { Message: not null } ? null : "failed has a failure with its message",
        StoppedEvent stopped => Stage(stopped.Stage),
        _ => null,
    };

    private static string? Stage(StageId stage) => stage.Value.Length > 0 ? null : "a stage has an id";

    private static string? Epochs(double epochs) => epochs is >= 0 and <= MostEpochs ? null : FormattableString.Invariant($"epochs lie in [0, {MostEpochs}]");

    /// <summary>A report carries it at every call, so it has to be short.</summary>
    private static string? History(CheckpointEvent checkpoint) =>
        Math.Max(checkpoint.Curve?.Count ?? 0, checkpoint.Times?.Count ?? 0) is var count and > StageHistory.MostEpochs
            ? FormattableString.Invariant($"a checkpoint tells of at most {StageHistory.MostEpochs} epochs, but this one of {count}")
            : HistoryRules.Fault(checkpoint.Curve) ?? HistoryRules.Fault(checkpoint.Times);

    /// <summary>It becomes a path, and all below it an artifact.</summary>
    private static string? Folder(string? folder) =>
        folder is null or "" or "." or ".." || folder.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 ? "a checkpoint's folder is a name inside the request's folder" : null;
}
