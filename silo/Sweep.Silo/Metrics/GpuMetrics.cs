using Sweep.Scheduling;

namespace Sweep.Silo.Metrics;

/// <summary>What a silo tells of its machine's GPUs: what the driver tells, and nothing on a machine without one.</summary>
public static class GpuMetrics
{
    /// <summary>The most of a machine that have series.</summary>
    public const int GpuLimit = 16;

    private static readonly MetricLabel s_gpu = new("gpu", [], GpuLimit);

    public static MetricDefinition Identity { get; } = new("sweep.gpu.info", MetricForm.Gauge, "1", "1 for each GPU that CUDA sees here, which its labels describe.")
    {
        Labels = [s_gpu, new("uuid", [], 1), new("model", [], 1), new("driver", [], 1)],
    };

    public static MetricDefinition Utilization { get; } = Of("sweep.gpu.utilization.ratio", "1", "Share of the driver's last sample period in which a kernel ran, in [0, 1].");

    public static MetricDefinition MemoryUsed { get; } = Of("sweep.gpu.memory.used", "By", "Memory that nobody else can have, what the driver keeps for itself included.");

    public static MetricDefinition MemorySize { get; } = Of("sweep.gpu.memory.size", "By", "Memory in all.");

    public static MetricDefinition Power { get; } = Of("sweep.gpu.power", "W", "Power drawn.");

    public static MetricDefinition Temperature { get; } = Of("sweep.gpu.temperature", "Cel", "Temperature of the chip.");

    public static MetricDefinition Energy { get; } = new("sweep.gpu.energy", MetricForm.Counter, "J", "Energy used since the driver was loaded.") { Labels = [s_gpu] };

    public static MetricDefinition Errors { get; } = new(
        "sweep.gpu.memory.errors", MetricForm.Counter, "{error}", "Memory errors that could not be corrected, since the driver was loaded.")
    {
        Labels = [s_gpu],
    };

    public static IReadOnlyList<MetricDefinition> All { get; } = [Identity, Utilization, MemoryUsed, MemorySize, Power, Temperature, Energy, Errors];

    private static MetricDefinition Of(string name, string unit, string description) => new(name, MetricForm.Gauge, unit, description) { Labels = [s_gpu] };
}
