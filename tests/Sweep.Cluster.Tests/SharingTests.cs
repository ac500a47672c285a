using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>A grid with sharing and without, by the same engines at the same time: every number and every weight must be the same.</summary>
public sealed class SharingTests : IDisposable
{
    private static readonly SweepSpec s_shared = SweepSpecReader.Read(
        """
        apiVersion: sweep/v1
        name: shared
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 3, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        space:
          method:       { values: [gohsp, vtp, somp] }
          sparsity:     { values: [0.4] }
          lambda:       { values: [1e-4] }
          finetuneSeed: { values: [1, 2] }
        sparsify: { epochs: 1, imagesPerEpoch: 160, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 1, imagesPerEpoch: 160, learningRate: 1e-3, batch: 32 }
        gohsp:    { images: 64 }
        """,
        "shared.yaml");

    private static readonly SweepSpec s_alone = s_shared with { Name = "alone", Sharing = Sharing.Off };

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task SharingOff_RunsWhatIsAskedAndComesToTheSameNumbersAndWeights()
    {
        await using var silo = await SiloProcess.Start(_state.Path, "--workers", "2", "--threads", "2");
        await silo.Submit(s_shared);
        await silo.Submit(s_alone);
        var (shared, alone) = (await Waiting.ForTheEnd(silo, s_shared.Name), await Waiting.ForTheEnd(silo, s_alone.Name));
        var stages = StateFiles.Stages(_state.Path);

        Assert.Equal(new SharingResult { EpochsAsked = 28, EpochsNeeded = 11, EpochsRun = 11 }, shared.Sharing);
        Assert.Equal(new SharingResult { EpochsAsked = 28, EpochsNeeded = 28, EpochsRun = 28 }, alone.Sharing);
        Assert.Equal(ExperimentState.Complete, alone.State);
        Assert.Equal(6, alone.Trials.Count);
        Assert.Empty(shared.Trials.SelectMany(trial => trial.Stages).Intersect(alone.Trials.SelectMany(trial => trial.Stages)));
        Assert.Equal(Answer(shared, stages), Answer(alone, stages));
        Assert.Equal(CanonicalJson.Serialize(shared.Dense), CanonicalJson.Serialize(alone.Dense));
        Assert.Equal(shared.Front, alone.Front);
        Assert.Equal(shared.Hypervolume, alone.Hypervolume);
        Assert.Equal(0, await silo.Terminate());
    }

    /// <summary>Each trial's settings, metrics, and the weights that every one of its stages wrote.</summary>
    private static IReadOnlyList<string> Answer(ExperimentResult result, IReadOnlyDictionary<StageId, StoredStage> stages) =>
    [
        .. result.Trials.Select(trial => string.Join('\n',
        [
            trial.Id,
            CanonicalJson.Serialize(trial.Settings),
            CanonicalJson.Serialize(trial.Metrics),
            .. trial.Stages.Select(stage => $"{stage.Kind} {stages[stage].Weights}"),
        ])),
    ];
}
