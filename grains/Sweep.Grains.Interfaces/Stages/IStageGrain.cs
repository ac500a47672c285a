using Orleans;
using Orleans.Concurrency;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// One stage, cluster-wide, keyed by its <see cref="StageId"/>: whoever wants it asks here, and it runs once. Durable.
/// </summary>
public interface IStageGrain : IGrainWithStringKey
{
    /// <summary>
    /// Notes the experiment as a waiter and offers the stage to the queue, or answers with the outcome if there is one. Idempotent.
    /// All of the recipe's inputs must have succeeded. A cancelled stage goes on from its last checkpoint; a failed one stays failed,
    /// unless the request says to retry.
    /// </summary>
    /// <exception cref="InvalidOperationException">An input has not succeeded, or the recipe has another id than this grain.</exception>
    Task<StageStatus> Request(StageRequest request);

    /// <summary>The experiment waits no longer. The last one to go stops the work. Idempotent.</summary>
    Task Withdraw(string experiment);

    /// <summary>The experiment is paused: as <see cref="Withdraw"/> while the stage is queued, nothing while it runs. Idempotent.</summary>
    Task Relinquish(string experiment);

    /// <summary>What is durable; interleaves, because that is one immutable record.</summary>
    /// <returns>Null when the stage was never requested.</returns>
    [AlwaysInterleave]
    Task<StageStatus?> GetStatus();

    /// <summary>Its training, epoch by epoch; of a stage that runs, as far as its worker has told.</summary>
    /// <returns>Null when the stage was never requested.</returns>
    [AlwaysInterleave]
    Task<StageHistory?> GetHistory();

    /// <summary>
    /// Called by the queue: opens the next attempt for a worker, or answers with the attempt this worker has already. Null when there
    /// is nothing to run (ended, withdrawn, or leased to another worker by a newer queue).
    /// </summary>
    Task<StageAssignment?> Start(string worker, string silo);

    /// <summary>
    /// Called by the queue for a worker: the attempt's news, fenced by its number. False tells the worker that the attempt is not its
    /// own any more and everything it does for it will be refused.
    /// </summary>
    Task<bool> Report(AttemptReport report);

    /// <summary>Called by the queue when a lease ran out: the worker is lost. A stale attempt is ignored.</summary>
    Task Lose(int attempt, string worker, LeaseEnd end);

    /// <summary>
    /// Called by the queue when a queued stage has excluded the slot of every worker there is: it fails and says so. Idempotent; of no effect on a
    /// stage that runs, has ended or excludes nobody.
    /// </summary>
    Task LeaveWithoutWorker();
}
