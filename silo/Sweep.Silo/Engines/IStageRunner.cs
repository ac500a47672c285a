using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Engines;

/// <summary>Computes one stage after another. Called by one worker, never twice at once.</summary>
public interface IStageRunner : IAsyncDisposable
{
    /// <summary>Runs a stage to an outcome. Never throws for anything the stage, the engine or the machine does.</summary>
    /// <param name="run">What, and where its files are.</param>
    /// <param name="listener">Told of news as it comes.</param>
    /// <param name="cancelled">Drop the stage now.</param>
    /// <param name="draining">Finish the epoch, write its checkpoint, stop.</param>
    Task<StageOutcome> Run(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining);

    /// <summary>Gives back the memory that is kept between stages. The next run takes what it needs anew.</summary>
    ValueTask Release();
}

/// <summary>One run of a stage on this machine.</summary>
public sealed record StageRun
{
    public required StageRecipe Recipe { get; init; }

    /// <summary>Local folder of the artifact of each of the recipe's inputs.</summary>
    public required IReadOnlyDictionary<StageId, string> Inputs { get; init; }

    /// <summary>Absent folder that receives the artifact.</summary>
    public required string Output { get; init; }

    /// <summary>Folder of the stage's checkpoints; the newest in it is resumed.</summary>
    public required string Checkpoints { get; init; }
}

/// <summary>What a runner tells while a stage runs. Calls come one at a time.</summary>
public interface IStageListener
{
    /// <param name="epochsDone">Resumed ones included; fractional inside an epoch.</param>
    /// <param name="loss">Running mean, in nats.</param>
    /// <param name="work">What was trained since the last call; null for nothing.</param>
    void OnProgress(double epochsDone, double? loss, TrainingWork? work = null);

    /// <summary>A checkpoint is whole on disk. It may be deleted once two newer ones are.</summary>
    /// <param name="folder">Absolute.</param>
    void OnCheckpoint(string folder, int epochs);

    /// <summary>The epochs of the stage so far, resumed ones included, at most <see cref="StageHistory.MostEpochs"/> of them.</summary>
    /// <param name="curve">In order.</param>
    /// <param name="times">What these took.</param>
    void OnEpochs(IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime>? times)
    {
    }
}

/// <summary>How a run ended.</summary>
public abstract record StageOutcome
{
    private StageOutcome()
    {
    }

    public sealed record Completed(StageResult Result) : StageOutcome;

    public sealed record Failed(StageFailure Failure) : StageOutcome;

    /// <summary>The last checkpoint was told of; the rest of the stage is for another attempt.</summary>
    public sealed record Drained : StageOutcome;

    public sealed record Cancelled : StageOutcome;
}
