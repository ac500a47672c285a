using Orleans;
using Orleans.Concurrency;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// The queue of one pool of workers; soft state, rebuilt from stages that offer again, which a new queue asks their experiments for, and workers
/// that report again. Key: <see cref="DefaultPool"/>. Every method interleaves: stages call the queue while the queue calls stages, and its state changes
/// only between awaits, never across one.
/// </summary>
public interface IWorkQueueGrain : IGrainWithStringKey
{
    const string DefaultPool = "default";

    /// <summary>
    /// A stage wants to run, or says who runs it. Idempotent. One that wants to run repeats it until it is answered, and whenever it is requested; one
    /// that runs, until it has ended.
    /// </summary>
    [AlwaysInterleave]
    Task Offer(StageOffer offer);

    /// <summary>A stage needs no worker any more; the worker that runs it is told to drop it. Idempotent.</summary>
    [AlwaysInterleave]
    Task Withdraw(StageId stage);

    /// <summary>
    /// The one verb of a worker: it says what it is and does, and learns what it should do and when to call again. Idempotent: a
    /// repeated report or a lost answer is harmless. A worker that does not call within the lease is lost.
    /// </summary>
    [AlwaysInterleave]
    Task<WorkerDirective> Synchronize(WorkerReport report);

    [AlwaysInterleave]
    Task<QueueStatus> GetStatus();
}
