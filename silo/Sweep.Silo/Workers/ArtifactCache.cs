using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;

namespace Sweep.Silo.Workers;

/// <summary>
/// Artifacts on this silo's disk, shared by its workers: a child stage mostly runs where its parent's weights are. The least recently
/// used go when there are more than <paramref name="capacity"/>; one that is in use never does.
/// </summary>
public sealed class ArtifactCache(IArtifactStore store, string folder, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ArtifactId, Entry> _entries = [];
    private long _uses;

    /// <summary>Stages whose artifacts are here.</summary>
    public IReadOnlyList<StageId> Holds
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Values.Where(entry => entry.Ready.IsCompletedSuccessfully).SelectMany(entry => entry.Stages).Order()];
            }
        }
    }

    /// <summary>Brings an artifact here, if it is not, and keeps it until the hold is disposed.</summary>
    /// <exception cref="Files.DamagedArtifactException">The store's copy is absent or damaged.</exception>
    public async Task<ArtifactHold> Hold(StageId stage, ArtifactId artifact, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(artifact, out entry!))
            {
                // Not the caller's token: another worker may come to wait for the same bytes.
                entry = new Entry(Materialize(artifact));
                _entries.Add(artifact, entry);
            }

            entry.Stages.Add(stage);
            entry.Holders++;
            entry.LastUse = ++_uses;
        }

        try
        {
            await entry.Ready.WaitAsync(cancellationToken);
        }
        catch
        {
            Release(artifact, entry, broken: entry.Ready.IsFaulted);
            throw;
        }

        return new ArtifactHold(PlaceOf(artifact), () => Release(artifact, entry, broken: false));
    }

    /// <summary>Takes over a folder whose files were just stored as this artifact.</summary>
    public void Adopt(StageId stage, ArtifactId artifact, string source)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(artifact, out var entry))
            {
                Directory.CreateDirectory(folder);
                Directory.Move(source, PlaceOf(artifact));
                entry = new Entry(Task.CompletedTask);
                _entries.Add(artifact, entry);
            }

            entry.Stages.Add(stage);
            entry.LastUse = ++_uses;
            Trim();
        }
    }

    private string PlaceOf(ArtifactId artifact) => Path.Combine(folder, artifact.Value);

    private async Task Materialize(ArtifactId artifact)
    {
        await Task.Yield(); // never under the lock of whoever asked first
        Directory.CreateDirectory(folder);
        await store.Materialize(artifact, PlaceOf(artifact), CancellationToken.None);
    }

    private void Release(ArtifactId artifact, Entry entry, bool broken)
    {
        lock (_gate)
        {
            entry.Holders--;
            if (broken)
            {
                if (_entries.TryGetValue(artifact, out var present) && ReferenceEquals(present, entry))
                {
                    _entries.Remove(artifact);
                }

                return;
            }

            Trim();
        }
    }

    private void Trim()
    {
        foreach (var (idle, _) in _entries.Where(e => e.Value.Holders == 0).OrderBy(e => e.Value.LastUse).Take(_entries.Count - capacity).ToList())
        {
            _entries.Remove(idle);
            Directory.Delete(PlaceOf(idle), recursive: true);
        }
    }

    private sealed class Entry(Task ready)
    {
        public Task Ready { get; } = ready;

        public HashSet<StageId> Stages { get; } = [];

        public int Holders { get; set; }

        public long LastUse { get; set; }
    }
}

/// <summary>An artifact's folder, there until this is disposed.</summary>
public sealed class ArtifactHold(string folder, Action release) : IDisposable
{
    private Action? _release = release;

    public string Folder { get; } = folder;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
