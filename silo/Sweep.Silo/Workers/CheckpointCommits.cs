using Microsoft.Extensions.Logging;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Workers;

/// <summary>
/// Commits an attempt's checkpoints to the store while the engine goes on, one at a time and the newest first: one that was
/// overtaken while it waited is of no use to anybody.
/// </summary>
internal sealed class CheckpointCommits(IArtifactStore store, WorkerMeter meter, StageId stage, Action<ArtifactId> committed, ILogger log)
{
    private readonly Lock _gate = new();
    private string? _next;
    private Task _working = Task.CompletedTask;

    /// <param name="folder">The artifact gets this folder's name as its only top-level folder, so that it can be put back beside others.</param>
    public void Add(string folder)
    {
        lock (_gate)
        {
            _next = folder;
            if (_working.IsCompleted)
            {
                _working = Task.Run(Work);
            }
        }
    }

    /// <summary>Until every checkpoint added so far is committed, overtaken or given up.</summary>
    public Task Settled()
    {
        lock (_gate)
        {
            return _working;
        }
    }

    private async Task Work()
    {
        while (true)
        {
            string folder;
            lock (_gate)
            {
                if (_next is null)
                {
                    _working = Task.CompletedTask;
                    return;
                }

                folder = _next;
                _next = null;
            }

            using var span = SweepTraces.Begin("checkpoint commit", stage);
            try
            {
                committed(await meter.Commit(CommitContent.Checkpoint, folder, () => store.Put(folder, Path.GetFileName(folder), CancellationToken.None)));
            }
            catch (Exception e) when (StorageFault.IsStorage(e))
            {
                // Not the attempt's end: the stage goes on, and at worst repeats the epochs since the last commit somewhere else.
                var fault = StorageFault.Describe(e, "commit checkpoint", folder);
                SweepTraces.Fault(span, fault);
                log.LogWarning("{Stage}: {Fault}", stage, fault);
            }
        }
    }
}
