using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>The small sweep, once, with nothing in its way: what every disturbed run has to come to.</summary>
public sealed class FaultFreeRun : IAsyncLifetime
{
    private readonly TemporaryState _state = new();

    internal ExperimentResult Result { get; private set; } = null!;

    internal IReadOnlyDictionary<StageId, StoredStage> Stages { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using var silo = await SiloProcess.Start(_state.Path, "--workers", "2");
        await silo.Submit(SmallSweep.Spec);
        Result = await Waiting.ForTheEnd(silo);
        Stages = StateFiles.Stages(_state.Path);
        Assert.Equal(0, await silo.Terminate());
    }

    public Task DisposeAsync()
    {
        _state.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Same trials, same metrics, same front, same weights, same training epoch by epoch: bit for bit. How long a stage took is the machine's affair.</summary>
    internal void AssertSame(ExperimentResult result, string state) => AssertSame(result, StateFiles.Stages(state));

    /// <inheritdoc cref="AssertSame(ExperimentResult, string)"/>
    internal void AssertSame(ExperimentResult result, IReadOnlyDictionary<StageId, StoredStage> stages)
    {
        Assert.Equal(ExperimentState.Complete, result.State);
        Assert.Equal(Answer(Result), Answer(result));
        Assert.Equal(Weights(Stages), Weights(stages));
        Assert.Equal(Curves(Stages), Curves(stages));
    }

    /// <summary>Without what the clock says.</summary>
    private static string Answer(ExperimentResult result) => CanonicalJson.SerializeIndented(result with { StageTimes = null, Timeline = null });

    private static IReadOnlyList<string> Curves(IReadOnlyDictionary<StageId, StoredStage> stages) =>
        [.. stages.Values.Where(stage => stage.Curve is not null).OrderBy(stage => stage.Stage).Select(stage => $"{stage.Stage} {stage.Curve}")];

    private static IReadOnlyList<string> Weights(IReadOnlyDictionary<StageId, StoredStage> stages) =>
        [.. stages.Values.OrderBy(stage => stage.Stage).Select(stage => $"{stage.Stage} {stage.State} {stage.Weights}")];
}

/// <summary>One undisturbed run serves every class of tests that compares with it.</summary>
[CollectionDefinition(Name)]
public sealed class FaultFreeCollection : ICollectionFixture<FaultFreeRun>
{
    public const string Name = "fault-free";
}

/// <summary>A state folder of one test's own.</summary>
internal sealed class TemporaryState : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sweep-cluster-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
