using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class ExperimentPagesTests
{
    /// <summary>A store that flushes once for all writes that come together must get them together.</summary>
    [Fact]
    public Task ChangedPages_AreWrittenTogether() => Task.Run(async () => // without xunit's context, for writes that go on one after another
    {
        var sparsities = Enumerable.Range(1, 3 * TrialPages.PageSize).Select(i => i * 1e-3).ToArray();
        var progress = new ExperimentProgress(TestSpec.Of("a", sparsities, [PruningMethod.Somp]));
        progress.Next();
        var storage = new HeldStorage();

        var writing = new ExperimentPages(storage, GrainId.Create("experiment", "a")).Write(progress);

        Assert.Equal(["trials-00000", "trials-00001", "trials-00002"], storage.Begun.Order());
        Assert.NotEmpty(progress.ChangedTrials);
        storage.Flush();
        await writing;
        Assert.Empty(progress.ChangedTrials);
    });

    /// <summary>Writes end when they are told to.</summary>
    private sealed class HeldStorage : IGrainStorage
    {
        private readonly TaskCompletionSource _flushed = new();

        public List<string> Begun { get; } = [];

        public void Flush() => _flushed.SetResult();

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Begun.Add(stateName);
            return _flushed.Task;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}
