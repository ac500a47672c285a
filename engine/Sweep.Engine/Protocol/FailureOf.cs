using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Protocol;

/// <summary>Tells one failure from another.</summary>
public static class FailureOf
{
    private const int NoSpaceOnUnix = 28;                        // ENOSPC
    private const int QuotaOnUnix = 122;                         // EDQUOT
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>What libtorch says when an allocator refuses: the CPU's, and CUDA's in its old and new words.</summary>
    private static readonly string[] s_outOfMemory =
        ["DefaultCPUAllocator: can't allocate memory", "DefaultCPUAllocator: not enough memory", "CUDA out of memory", "CUDA error: out of memory", "std::bad_alloc"];

    public static StageFailure Exception(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new StageFailure { Reason = Reason(exception), Message = exception.Message };
    }

    private static FailureReason Reason(Exception exception) => exception switch
    {
        StageFaultException fault => fault.Reason,
        OutOfMemoryException => FailureReason.OutOfMemory,
        IOException { HResult: NoSpaceOnUnix or QuotaOnUnix or DiskFullOnWindows } => FailureReason.DiskFull,
        _ when s_outOfMemory.Any(words => exception.Message.Contains(words, StringComparison.Ordinal)) => FailureReason.OutOfMemory,
        _ => FailureReason.Unexpected,
    };
}
