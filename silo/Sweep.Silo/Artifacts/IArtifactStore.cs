using Sweep.Grains;

namespace Sweep.Silo.Artifacts;

/// <summary>
/// Folders kept under the digest of their contents, each whole or absent, never changed once written. Safe for several processes.
/// Faults of the medium surface as <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Stores a folder's files; idempotent. An artifact found damaged is replaced by the good copy.</summary>
    /// <param name="folder">Read to its end before this returns.</param>
    /// <param name="under">Folder inside the artifact that receives the files; null for its root.</param>
    Task<ArtifactId> Put(string folder, string? under, CancellationToken cancellationToken);

    /// <summary>Writes an artifact's files into a folder, each checked against its digest.</summary>
    /// <param name="folder">Absent, or replaced.</param>
    /// <exception cref="Files.DamagedArtifactException">The artifact is absent or damaged; the message names the file.</exception>
    Task Materialize(ArtifactId artifact, string folder, CancellationToken cancellationToken);
}
