using Orleans;
using Orleans.Concurrency;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// One experiment, keyed by its name: its spec, its trials, its front. What only reads interleaves: nobody who watches waits for a
/// thousand stages to be opened, and what is read changes only between awaits.
/// </summary>
public interface IExperimentGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts the experiment. Repeating the same spec of an unfinished experiment answers with the present status; a cancelled one goes
    /// on, and trials that failed for the infrastructure's sake are tried once more. A finished stage is never run again.
    /// </summary>
    /// <exception cref="ExperimentConflictException">Another spec was submitted under this name.</exception>
    Task<ExperimentStatus> Submit(SweepSpec spec);

    /// <returns>Null when nothing was ever submitted under this name.</returns>
    [AlwaysInterleave]
    Task<ExperimentStatus?> GetStatus();

    /// <summary>Trials in the order of their ids.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    [AlwaysInterleave]
    Task<TrialPage> ListTrials(int offset, int limit);

    /// <summary>The trials that a query wants, in its order.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    [AlwaysInterleave]
    Task<TrialPage> FindTrials(TrialQuery query);

    /// <summary>One trial, with the attempts at its stages.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    [AlwaysInterleave]
    Task<TrialDetail> GetTrial(string trial);

    /// <exception cref="ExperimentNotFoundException"/>
    [AlwaysInterleave]
    Task<ExperimentResult> GetResult();

    /// <summary>Opens no more stages; those running finish, those queued are withdrawn. No effect on a paused experiment.</summary>
    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task Pause();

    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task Resume();

    /// <summary>Withdraws from every stage; a stage nobody else waits for is dropped. No effect on a cancelled experiment.</summary>
    /// <exception cref="ExperimentConflictException">The experiment has completed or failed.</exception>
    Task Cancel();

    /// <summary>Forgets all that is stored of it. No effect where nothing was submitted.</summary>
    /// <exception cref="ExperimentConflictException">The experiment has not ended.</exception>
    Task Delete();

    /// <exception cref="ExperimentNotFoundException"/>
    [AlwaysInterleave]
    Task<SweepSpec> GetSpec();

    /// <summary>Ends a trial: no stage is requested for it any more, and those that it alone wants are withdrawn. No effect on one that has ended.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task StopTrial(string trial);

    /// <summary>
    /// Gives the stage that a trial failed in a fresh budget of attempts; lets a stopped trial go on from where it was stopped. No effect on any other.
    /// </summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    /// <exception cref="ExperimentConflictException">The experiment was cancelled, or a limit has ended it.</exception>
    Task RetryTrial(string trial);

    /// <summary>
    /// A hint that a stage this experiment waits for has ended; the truth is read from the stage. Interleaves, and only makes a note:
    /// the stage calls from inside its own turn, for which a turn of this experiment may be waiting.
    /// </summary>
    [AlwaysInterleave]
    Task OnStageEnded(StageId stage);

    /// <summary>
    /// Goes on if unfinished, and requests all its open stages once more: called by the catalog when the cluster starts, and by a queue when that does.
    /// </summary>
    Task Wake();
}
