using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>What a worker says of its device's memory, which it may share with other workers. In bytes.</summary>
public sealed record DeviceMemory
{
    /// <summary>That all workers of the device may use together.</summary>
    public required long Usable { get; init; }

    /// <summary>That the worker's engine process has now. Between stages that is what its allocator keeps; 0 without a process.</summary>
    public long Held { get; init; }

    /// <summary>What a stage of a class that nobody has measured is taken to need; null for all of the device.</summary>
    public long? Unmeasured { get; init; }

    public required MemoryRegime Regime { get; init; }

    /// <summary>
    /// What the worker's silo has measured, the greatest of each class. Repeated at each call: a queue that lost its memory learns them again.
    /// </summary>
    public IReadOnlyList<MeasuredPeak> Peaks { get; init; } = [];
}

/// <summary>What of a worker decides the memory of its stages.</summary>
/// <param name="Gpu">Device memory; else the engine process's own.</param>
/// <param name="MicroBatch">Images that go through a net at once in training; null for a whole step.</param>
public sealed record MemoryRegime(bool Gpu, int? MicroBatch);

/// <param name="Bytes">The most that a stage of the class was seen to need.</param>
public sealed record MeasuredPeak(MemoryClass Class, long Bytes);
