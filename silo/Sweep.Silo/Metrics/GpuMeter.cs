using System.Diagnostics.Metrics;
using System.Globalization;
using Sweep.Scheduling;
using Sweep.Silo.Devices;

namespace Sweep.Silo.Metrics;

/// <summary>The instruments of <see cref="GpuMetrics"/>. One reading serves all of them in a scrape.</summary>
internal sealed class GpuMeter
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(500);

    private readonly IGpuProbe _probe;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private IReadOnlyList<GpuReading> _last = [];
    private long? _read;

    public GpuMeter(IMeterFactory meters, IGpuProbe probe, TimeProvider time)
    {
        _probe = probe;
        _time = time;
        var meter = meters.Create(MetricDefinition.Meter);
        GpuMetrics.Identity.CreateGauge(meter, () => Gpus().Where(gpu => gpu.Uuid.Length > 0).Select(gpu => new Measurement<int>(
            1, Index(gpu), new("uuid", gpu.Uuid), new("model", gpu.Model), new("driver", gpu.Driver ?? ""))));
        GpuMetrics.Utilization.CreateGauge(meter, () => Each(gpu => gpu.Utilization));
        GpuMetrics.MemoryUsed.CreateGauge(meter, () => Each(gpu => gpu.MemoryUsed));
        GpuMetrics.MemorySize.CreateGauge(meter, () => Each(gpu => gpu.MemoryTotal));
        GpuMetrics.Power.CreateGauge(meter, () => Each(gpu => gpu.Power));
        GpuMetrics.Temperature.CreateGauge(meter, () => Each(gpu => gpu.Temperature));
        GpuMetrics.Energy.CreateObservedCounter(meter, () => Each(gpu => gpu.Energy));
        GpuMetrics.Errors.CreateObservedCounter(meter, () => Each(gpu => gpu.UncorrectedErrors));
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<GpuReading, T?> value)
        where T : struct =>
        from gpu in Gpus()
        let number = value(gpu)
        where number is not null
        select new Measurement<T>(number.Value, Index(gpu));

    private static KeyValuePair<string, object?> Index(GpuReading gpu) => new("gpu", gpu.Index.ToString(CultureInfo.InvariantCulture));

    private IEnumerable<GpuReading> Gpus()
    {
        lock (_gate)
        {
            if (_read is not { } read || _time.GetElapsedTime(read) > s_fresh)
            {
                _last = _probe.Read();
                _read = _time.GetTimestamp();
            }

            return _last.Take(GpuMetrics.GpuLimit);
        }
    }
}
