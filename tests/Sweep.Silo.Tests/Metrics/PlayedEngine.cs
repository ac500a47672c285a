using Sweep.Recipes.Protocol;
using Sweep.Silo.Engines;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>An engine that needs no time: the results of <see cref="FakeEngine"/>, a checkpoint at the end of each epoch.</summary>
internal sealed class PlayedEngine : IStageRunner
{
    public async Task<StageOutcome> Run(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining)
    {
        listener.OnProgress(0, loss: null);
        for (var epoch = 1; epoch <= run.Recipe.Epochs; epoch++)
        {
            listener.OnProgress(epoch - 0.5, 2);
            listener.OnProgress(epoch, 1, new TrainingWork { Steps = 4, Samples = 128, Seconds = 0.08, LoaderSeconds = 0.02 });
            var folder = Path.Combine(run.Checkpoints, FormattableString.Invariant($"epoch-{epoch:0000}"));
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "state.json"), FormattableString.Invariant($"{run.Recipe.Id} {epoch}"), cancelled);
            listener.OnCheckpoint(folder, epoch);
        }

        Directory.CreateDirectory(run.Output);
        await File.WriteAllTextAsync(Path.Combine(run.Output, "model.safetensors"), run.Recipe.Id.Value, cancelled);
        return new StageOutcome.Completed(FakeEngine.ResultOf(run.Recipe));
    }

    public ValueTask Release() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
