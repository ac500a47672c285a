using Sweep.Recipes;
using Sweep.Silo.Engines;

namespace Sweep.Silo.Tests.Workers;

/// <summary>One run of a stage, as the test plays it.</summary>
public sealed class PlayedRun
{
    private readonly TaskCompletionSource<StageOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PlayedRun(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining)
    {
        Stage = run;
        Listener = listener;
        Cancelled = Requested(cancelled);
        Draining = Requested(draining);
    }

    public StageRun Stage { get; }

    public IStageListener Listener { get; }

    public Task Cancelled { get; }

    public Task Draining { get; }

    public Task<StageOutcome> Outcome => _outcome.Task;

    public void End(StageOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <summary>As an engine does: the checkpoint is on disk, then it is told.</summary>
    public void WriteCheckpoint(int epochs)
    {
        var folder = Path.Combine(Stage.Checkpoints, FormattableString.Invariant($"epoch-{epochs:0000}"));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "state.json"), FormattableString.Invariant($"{epochs}"));
        Listener.OnCheckpoint(folder, epochs);
    }

    /// <summary>Writes an artifact of one file and ends well.</summary>
    public void Complete(string content)
    {
        Directory.CreateDirectory(Stage.Output);
        File.WriteAllText(Path.Combine(Stage.Output, "model.safetensors"), content);
        End(new StageOutcome.Completed(new StageResult
        {
            Stage = Stage.Recipe.Id,
            Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "played", Seconds = 1 },
        }));
    }

    private static Task Requested(CancellationToken token)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => requested.TrySetResult());
        return requested.Task;
    }
}
