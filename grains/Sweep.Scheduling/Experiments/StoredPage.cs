using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Sweep.Scheduling;

/// <summary>A page of an experiment in the grain storage.</summary>
internal static class StoredPage
{
    /// <summary>Forgets it, whatever version of it is stored. No effect where there is none.</summary>
    public static async Task Clear<T>(IGrainStorage storage, GrainId experiment, string name)
        where T : new()
    {
        var state = new GrainState<T>(new T());
        await storage.ReadStateAsync(name, experiment, state);
        if (state.RecordExists)
        {
            await storage.ClearStateAsync(name, experiment, state);
        }
    }
}
