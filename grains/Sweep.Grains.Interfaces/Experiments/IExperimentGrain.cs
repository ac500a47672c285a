using Orleans;
using Orleans.Concurrency;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>One experiment, keyed by its name: its spec, its trials, its front.</summary>
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>Starts the experiment. Repeating the same spec answers with the present status; a finished stage is never run again.</summary>
    /// <exception cref="ExperimentConflictException">Another spec was submitted under this name.</exception>
    Task<ExperimentStatus> Submit(SweepSpec spec);

    /// <returns>Null when nothing was ever submitted under this name.</returns>
    [ReadOnly]
    Task<ExperimentStatus?> GetStatus();

    /// <summary>Trials in the order of their ids.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    [ReadOnly]
    Task<TrialPage> ListTrials(int offset, int limit);

    /// <exception cref="ExperimentNotFoundException"/>
    [ReadOnly]
    Task<ExperimentResult> GetResult();

    /// <summary>Opens no more stages; those running finish. No effect on a paused experiment.</summary>
    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task Pause();

    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task Resume();

    /// <summary>Withdraws from every stage; a stage nobody else waits for is dropped. No effect on a cancelled experiment.</summary>
    /// <exception cref="ExperimentConflictException">The experiment has completed or failed.</exception>
    Task Cancel();

    /// <summary>A hint that a stage this experiment waits for has ended; the truth is read from the stage.</summary>
    Task OnStageEnded(StageId stage);

    /// <summary>Goes on if unfinished: called by the catalog when the cluster starts.</summary>
    Task Wake();
}
