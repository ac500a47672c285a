using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Recipes;
using Sweep.Silo.Files;
using Sweep.Silo.Storage.Journal;

namespace Sweep.Silo.Storage;

/// <summary>
/// Grain state in a journal of one local folder: an append-only chain of files, flushed once for all writes that come together
/// (<see cref="GrainJournal"/>), guarded by ETags. The folder belongs to one process. States that an earlier version kept in a file each are
/// taken over when it is opened.
/// </summary>
/// <param name="root">The journal is a folder in it.</param>
public sealed class JournalGrainStorage(string root, ILogger<JournalGrainStorage>? log = null) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly string _folder = Path.Combine(root, "journal");
    private readonly ILogger _log = log ?? (ILogger)NullLogger.Instance;
    private FolderLock? _lock;
    private GrainJournal? _journal;

    /// <summary>A process that was killed a moment ago needs a moment to go, and its folder with it.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    private GrainJournal Journal => _journal ?? throw new InvalidOperationException($"The journal of grain state in '{_folder}' must be open, but is not.");

    public void Participate(ISiloLifecycle observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        observer.Subscribe(nameof(JournalGrainStorage), ServiceLifecycleStage.RuntimeStorageServices, Open, _ =>
        {
            Dispose();
            return Task.CompletedTask;
        });
    }

    /// <exception cref="FolderInUseException">Another process has it open.</exception>
    /// <exception cref="JournalDamagedException">Something that was written is not there.</exception>
    /// <exception cref="GrainStorageException">The folder cannot be used.</exception>
    public Task Open(CancellationToken cancellationToken = default) => Open(new JournalFiles(), new JournalLimits(), cancellationToken);

    internal async Task Open(JournalFiles files, JournalLimits limits, CancellationToken cancellationToken = default)
    {
        try
        {
            DurableFiles.CreateFolder(_folder);
            _lock = await FolderLock.Acquire(_folder, Patience, TimeProvider.System, cancellationToken);
            _journal = GrainJournal.Open(_folder, files, limits, _log);
            await FormerGrainFiles.TakeOver(root, _journal);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new GrainStorageException(StorageFault.Describe(e, "open grain state", _folder), e);
            }

            throw;
        }
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = new RecordKey(stateName, grainId);
        if (Guard("read", () => Journal.Read(key)) is not { } stored)
        {
            Forget(grainState);
            return Task.CompletedTask;
        }

        try
        {
            grainState.State = JsonSerializer.Deserialize<T>(stored.Content, CanonicalJson.Options)
                ?? throw new JsonException("is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new GrainStateUnreadableException(_folder, key.ToString(), typeof(T).Name, e);
        }

        grainState.ETag = stored.ETag.ToString("N");
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(grainState.State, CanonicalJson.Options);
        var write = new JournalWrite(new RecordKey(stateName, grainId), grainState.ETag, content);
        await Commit(write, grainState.ETag);
        grainState.ETag = write.ETag.ToString("N");
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Commit(new JournalWrite(new RecordKey(stateName, grainId), grainState.ETag, content: null), grainState.ETag);
        Forget(grainState);
    }

    /// <summary>What was asked for is written first.</summary>
    public void Dispose()
    {
        _journal?.Dispose();
        _journal = null;
        _lock?.Dispose();
        _lock = null;
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private async Task Commit(JournalWrite write, string? expected)
    {
        Guid? stored;
        try
        {
            stored = await Journal.Write(write);
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Fault("write", e);
        }

        if (stored is { } other)
        {
            throw new InconsistentStateException(
                $"The state {write.Key} must be the version that was read, but another has been written since.",
                other == Guid.Empty ? null : other.ToString("N"),
                expected);
        }
    }

    private TResult Guard<TResult>(string doing, Func<TResult> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Fault(doing, e);
        }
    }

    private static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException;

    private GrainStorageException Fault(string doing, Exception e) => new(StorageFault.Describe(e, $"{doing} grain state", _folder), e);
}

/// <summary>A state is whole, but not of this version's type.</summary>
public sealed class GrainStateUnreadableException(string folder, string key, string type, Exception inner) : Exception(
    $"The state {key} in '{folder}' must be a {type} of this version, but {inner.Message} A newer version may have written it.", inner);

/// <summary>The state of a grain could not be read or written.</summary>
public sealed class GrainStorageException(string message, Exception inner) : Exception(message, inner);
