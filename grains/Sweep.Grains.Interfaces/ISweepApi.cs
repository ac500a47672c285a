using Sweep.Planning;

namespace Sweep.Grains;

/// <summary>
/// The one application interface. Implemented over <c>IGrainFactory</c> by <see cref="GrainSweepApi"/>; whoever talks to a cluster,
/// talks through this. Every command is idempotent.
/// </summary>
public interface ISweepApi
{
    /// <exception cref="SweepSpecException">The spec is invalid.</exception>
    /// <exception cref="ExperimentConflictException">Another spec was submitted under this name.</exception>
    Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken);

    Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken);

    /// <summary>With what runs where, and epochs counted as they pass.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken);

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

    /// <summary>Workers of every silo and the queue.</summary>
    Task<QueueStatus> GetQueue(CancellationToken cancellationToken);
}
