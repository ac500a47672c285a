using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Recipes;

namespace Sweep.Testing;

/// <summary>What outlives a silo in the tests: states as canonical JSON, with ETags. Silos come at it through <see cref="Open"/>.</summary>
public sealed class FakeDisk
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Text, long Version)> _states = [];
    private long _writes;
    private long _lastVersion;

    /// <summary>Called before each read with its key; what it throws is what the reader gets.</summary>
    public Action<string>? BeforeRead { get; set; }

    /// <summary>Called before each write with its number, from 1, and its key; what it throws is what the writer gets.</summary>
    public Action<long, string>? BeforeWrite { get; set; }

    /// <summary>Called after each write with its key and text; what it throws is what the writer gets although the write has happened.</summary>
    public Action<string, string>? AfterWrite { get; set; }

    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Every key whose state is of this name, with its text.</summary>
    public IReadOnlyList<(string Key, string Text)> Named(string stateName)
    {
        lock (_gate)
        {
            return [.. _states.Where(state => state.Key.StartsWith(stateName + "|", StringComparison.Ordinal)).Select(state => (state.Key, state.Value.Text))];
        }
    }

    /// <summary>One silo's access, which can be cut off: a killed silo writes nothing any more.</summary>
    public FakeGrainStorage Open() => new(this);

    internal (string Text, long Version)? Read(string key)
    {
        BeforeRead?.Invoke(key);
        lock (_gate)
        {
            return _states.TryGetValue(key, out var state) ? state : null;
        }
    }

    internal long Write(string key, string? etag, string? text)
    {
        BeforeWrite?.Invoke(Interlocked.Increment(ref _writes), key);
        long version;
        lock (_gate)
        {
            var stored = _states.TryGetValue(key, out var state) ? state.Version.ToString(CultureInfo.InvariantCulture) : null;
            if (stored != etag)
            {
                throw new InconsistentStateException($"The state of {key} has another version than was read.", stored, etag);
            }

            version = ++_lastVersion; // never the same again, over a clearing too
            if (text is null)
            {
                _states.Remove(key);
            }
            else
            {
                _states[key] = (text, version);
            }
        }

        AfterWrite?.Invoke(key, text ?? "");
        return version;
    }
}

/// <summary>An <see cref="IGrainStorage"/> over a <see cref="FakeDisk"/>.</summary>
public sealed class FakeGrainStorage(FakeDisk disk) : IGrainStorage
{
    private volatile bool _severed;

    /// <summary>From now on nothing is read or written.</summary>
    public void Sever() => _severed = true;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfSevered();
        if (disk.Read(KeyOf(stateName, grainId)) is { } stored)
        {
            grainState.State = CanonicalJson.Deserialize<T>(stored.Text);
            grainState.ETag = stored.Version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            Empty(grainState);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfSevered();
        var version = disk.Write(KeyOf(stateName, grainId), grainState.ETag, CanonicalJson.Serialize(grainState.State));
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfSevered();
        disk.Write(KeyOf(stateName, grainId), grainState.ETag, null);
        Empty(grainState);
        return Task.CompletedTask;
    }

    private static string KeyOf(string stateName, GrainId grainId) => $"{stateName}|{grainId}";

    private static void Empty<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private void ThrowIfSevered()
    {
        if (_severed)
        {
            throw new IOException("This silo was killed: it reaches no disk any more.");
        }
    }
}
