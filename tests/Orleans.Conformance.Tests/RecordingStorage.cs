using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Conformance.Tests;

/// <summary>A store of an application's own, that can be told to fail.</summary>
public sealed class RecordingStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (object State, string Version)> _records = new();
    private int _version;

    public ConcurrentQueue<string> Operations { get; } = new();

    /// <summary>Thrown by the next write.</summary>
    public Exception? NextFailure { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Operations.Enqueue($"read {stateName} {grainId.Key}");
        if (_records.TryGetValue((stateName, grainId), out var record))
        {
            grainState.State = (T)record.State;
            grainState.ETag = record.Version;
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Operations.Enqueue($"write {stateName} {grainId.Key}");
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }

        grainState.ETag = $"v{Interlocked.Increment(ref _version)}";
        grainState.RecordExists = true;
        _records[(stateName, grainId)] = (grainState.State!, grainState.ETag);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Operations.Enqueue($"clear {stateName} {grainId.Key}");
        _records.TryRemove((stateName, grainId), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
