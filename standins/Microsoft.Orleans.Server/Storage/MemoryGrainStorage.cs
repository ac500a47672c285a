using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Makes the state of a grain that has no record: by its parameterless constructor, else with all fields zero.</summary>
internal static class StateActivator
{
    public static T Create<T>()
    {
        if (typeof(T).IsValueType || typeof(T) == typeof(string) || typeof(T).IsArray || typeof(T).IsAbstract)
            return default!;

        return typeof(T).GetConstructor(Type.EmptyTypes) is null
            ? (T)RuntimeHelpers.GetUninitializedObject(typeof(T))
            : Activator.CreateInstance<T>();
    }
}

/// <summary>Keeps states as JSON in memory. A deleted record leaves an empty version behind, so that a stale writer is still refused.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string State, GrainId Grain), Entry?> _entries = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_lock)
        {
            if (_entries.GetValueOrDefault((stateName, grainId)) is { } entry)
            {
                grainState.State = JsonSerializer.Deserialize<T>(entry.Json);
                grainState.ETag = entry.Version;
                grainState.RecordExists = true;
            }
            else
            {
                grainState.State = StateActivator.Create<T>();
                grainState.ETag = null;
                grainState.RecordExists = false;
            }
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_lock)
        {
            Check(stateName, grainId, grainState.ETag);
            var entry = new Entry(JsonSerializer.SerializeToUtf8Bytes(grainState.State), Guid.NewGuid().ToString("N"));
            _entries[(stateName, grainId)] = entry;
            grainState.ETag = entry.Version;
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_lock)
        {
            Check(stateName, grainId, grainState.ETag);
            _entries[(stateName, grainId)] = null;
        }

        grainState.State = StateActivator.Create<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Check(string stateName, GrainId grainId, string? version)
    {
        if (!_entries.TryGetValue((stateName, grainId), out var entry))
            return;

        var stored = entry?.Version ?? string.Empty;
        if (version == stored || version == "*" || (stored.Length == 0 && version is null))
            return;

        throw new InconsistentStateException(
            $"A write carries the stored version, but state \"{stateName}\" of {grainId} has another.", stored, version);
    }

    private sealed record Entry(byte[] Json, string Version);
}
