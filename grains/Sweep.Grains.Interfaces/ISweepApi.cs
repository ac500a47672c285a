using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// The one application interface. Implemented over <c>IGrainFactory</c> by <see cref="GrainSweepApi"/>; whoever talks to a cluster,
/// talks through this. Every command is idempotent.
/// </summary>
public interface ISweepApi
{
    /// <summary>Stages of one question.</summary>
    const int MostStages = 1000;

    /// <summary>Stages of one question about training: an answer has at most this times <see cref="StageHistory.MostEpochs"/> epochs.</summary>
    const int MostHistories = 256;

    /// <exception cref="SweepSpecException">The spec is invalid.</exception>
    /// <exception cref="ExperimentConflictException">Another spec was submitted under this name.</exception>
    Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken);

    Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken);

    /// <summary>With what runs where, and epochs counted as they pass.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken);

    /// <summary>The trials that a query wants, in its order: what is sent is as long as the page, however many trials there are.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    Task<TrialPage> FindTrials(string experiment, TrialQuery query, CancellationToken cancellationToken);

    /// <summary>One trial, with the attempts at its stages.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    Task<TrialDetail> GetTrial(string experiment, string trial, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="ExperimentConflictException"/>
    Task Pause(string experiment, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="ExperimentConflictException"/>
    Task Resume(string experiment, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="ExperimentConflictException"/>
    Task Cancel(string experiment, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets an experiment that has ended: its trials, its result, its name. Its stages stay, for whoever else wants them. No effect where there is none of the name.
    /// </summary>
    /// <exception cref="ExperimentConflictException">The experiment has not ended.</exception>
    Task Delete(string experiment, CancellationToken cancellationToken);

    /// <summary>As it stands now: with what was changed since it was first submitted.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken);

    /// <summary>Ends one trial. What it has finished is kept; what other trials want goes on. No effect on a trial that has ended.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    /// <exception cref="ExperimentConflictException">The experiment has ended.</exception>
    Task StopTrial(string experiment, string trial, CancellationToken cancellationToken);

    /// <summary>
    /// Tries once more what a trial failed in, whatever the kind of failure; lets one that was stopped, by a person or by the rule, go on from where it
    /// was stopped. No effect on any other trial.
    /// </summary>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    /// <exception cref="ExperimentConflictException">The experiment was cancelled, or a limit has ended it.</exception>
    Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken);

    /// <summary>Which of these stages have finished in this cluster, whichever experiment wanted them: nobody will run those again.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostStages"/>.</exception>
    Task<IReadOnlyList<StageId>> FindFinished(IReadOnlyList<StageId> stages, CancellationToken cancellationToken);

    /// <summary>
    /// The training of these stages, epoch by epoch, whichever experiment wanted them; of those that run, as far as it has come. In the order asked; a
    /// stage that nobody has requested is left out.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MostHistories"/>.</exception>
    Task<IReadOnlyList<StageHistory>> GetHistories(IReadOnlyList<StageId> stages, CancellationToken cancellationToken);

    /// <summary>Workers of every silo and the queue.</summary>
    Task<QueueStatus> GetQueue(CancellationToken cancellationToken);
}
