using Sweep.Recipes;

namespace Sweep.Silo.Files;

/// <summary>Tells a full disk, a refused write and a damaged artifact from one another, in words and as failures of a stage.</summary>
public static class StorageFault
{
    private const int NoSpace = 28;             // ENOSPC
    private const int ReadOnlyFileSystem = 30;  // EROFS
    private const int QuotaExceeded = 122;      // EDQUOT

    public static bool IsDiskFull(Exception fault) => fault is IOException { HResult: NoSpace or QuotaExceeded };

    public static bool IsStorage(Exception fault) => fault is IOException or UnauthorizedAccessException or DamagedArtifactException;

    /// <summary>One sentence: what was to be done with which path, and what stood in the way.</summary>
    public static string Describe(Exception fault, string doing, string path) => fault switch
    {
        _ when IsDiskFull(fault) => $"Could not {doing} '{path}': the disk is full. Free space there and start again; nothing written before is lost.",
        IOException { HResult: ReadOnlyFileSystem } => $"Could not {doing} '{path}': the file system is read-only.",
        UnauthorizedAccessException => $"Could not {doing} '{path}': this process may not write there ({fault.Message}).",
        _ => $"Could not {doing} '{path}': {fault.Message}",
    };

    /// <summary>The failure of an attempt whose worker could not read or write what it needed.</summary>
    public static StageFailure ToFailure(Exception fault, string doing)
    {
        var reason = fault switch
        {
            DamagedArtifactException => FailureReason.DamagedArtifact,
            _ when IsDiskFull(fault) => FailureReason.DiskFull,
            IOException or UnauthorizedAccessException => FailureReason.StoreUnavailable,
            _ => FailureReason.Unexpected,
        };
        return new StageFailure { Reason = reason, Message = $"Could not {doing}: {fault.Message}" };
    }
}

/// <summary>An artifact's bytes are not those its manifest names, or are not there.</summary>
public sealed class DamagedArtifactException(string message) : Exception(message);
