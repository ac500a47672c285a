using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Files;

namespace Sweep.Silo.Storage;

/// <summary>
/// Grain state in local files, one a state, each replaced as a whole (temporary file, fsync, rename, fsync of the folder) and guarded
/// by an ETag. The folder belongs to one process, which the silo's lock on it sees to.
/// </summary>
public sealed class FileGrainStorage(string root) : IGrainStorage
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GrainFile.PathOf(root, stateName, grainId);
        var content = await Guard("read grain state", path, () => ReadIfThere(path));
        if (content is null)
        {
            Forget(grainState);
            return;
        }

        var (header, state) = GrainFile.Read<T>(path, content);
        grainState.State = state;
        grainState.ETag = header.ETag;
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GrainFile.PathOf(root, stateName, grainId);
        var etag = Guid.NewGuid().ToString("N");
        var content = GrainFile.Write(grainId, etag, grainState.State);
        await InTurn(path, async () =>
        {
            await CheckETag(path, grainId, grainState.ETag);
            DurableFiles.CreateFolder(Path.GetDirectoryName(path)!);
            await DurableFiles.Replace(path, content);
            return true;
        });
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var path = GrainFile.PathOf(root, stateName, grainId);
        await InTurn(path, async () =>
        {
            await CheckETag(path, grainId, grainState.ETag);
            if (File.Exists(path))
            {
                File.Delete(path);
                DurableFiles.SyncFolder(Path.GetDirectoryName(path)!);
            }

            return true;
        });
        Forget(grainState);
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static async Task CheckETag(string path, GrainId grain, string? expected)
    {
        var content = await ReadIfThere(path);
        var stored = content is null ? null : GrainFile.ReadHeader(path, content).ETag;
        if (stored != expected)
        {
            throw new InconsistentStateException(
                $"The state of grain {grain} must be the version that was read, but another has been written since.", stored, expected);
        }
    }

    private static async Task<byte[]?> ReadIfThere(string path)
    {
        try
        {
            return await File.ReadAllBytesAsync(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task InTurn(string path, Func<Task<bool>> change)
    {
        var turn = _turns.GetOrAdd(path, _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            await Guard("write grain state", path, change);
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<TResult> Guard<TResult>(string doing, string path, Func<Task<TResult>> access)
    {
        try
        {
            return await access();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GrainStorageException(StorageFault.Describe(e, doing, path), e);
        }
    }
}
