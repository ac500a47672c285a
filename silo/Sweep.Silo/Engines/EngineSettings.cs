using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Engines;

/// <summary>How a worker starts and watches its engine process.</summary>
public sealed record EngineSettings
{
    /// <summary>Path of the executable.</summary>
    public required string Executable { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The process's whole environment: nothing is inherited.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Device, threads and data folders of every run.</summary>
    public required ExecutionOptions Execution { get; init; }

    /// <summary>File that the process's standard error is appended to.</summary>
    public required string Log { get; init; }

    /// <summary>A stage without news for so long is hung. An epoch reports many times; loading data does not.</summary>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Loading libtorch from a cold disk takes seconds; CUDA's kernels take longer.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a cancelled stage may take to stop before the process is killed: short enough for the last seconds of a spot notice.</summary>
    public TimeSpan CancelLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of the longest line taken from the process. A result with the curve of a thousand epochs has about 200,000.</summary>
    public int LongestLine { get; init; } = 4 << 20;
}
