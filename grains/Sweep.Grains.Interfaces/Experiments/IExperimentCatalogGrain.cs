using Orleans;
using Orleans.Concurrency;

namespace Sweep.Grains;

/// <summary>Lists every experiment of the cluster. Key: <see cref="Key"/>.</summary>
public interface IExperimentCatalogGrain : IGrainWithStringKey
{
    const string Key = "catalog";

    /// <summary>Idempotent.</summary>
    Task Register(string experiment);

    /// <summary>Takes a name off the list, unless an experiment of it is there. Idempotent.</summary>
    Task Forget(string experiment);

    /// <summary>Names, in the order they were first submitted.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<string>> List();

    /// <summary>
    /// Wakes every unfinished experiment; called when the cluster starts. Interleaves, because an experiment may be registering itself
    /// while it is being woken.
    /// </summary>
    [AlwaysInterleave]
    Task WakeUnfinished();
}
