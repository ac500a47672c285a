using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Sweep.Silo.Metrics;

/// <summary>
/// Orleans' measurements in Prometheus' terms. Its histograms in milliseconds become histograms in seconds; the latencies of calls, which
/// it counts in bands that are not cumulative, become a true histogram; labels with addresses, of which there is a new one after each
/// restart, are left out. What needs none of that is passed by <see cref="Shape"/>.
/// </summary>
internal sealed class OrleansMeters : IDisposable
{
    public const string Source = "Microsoft.Orleans";

    /// <summary>The meter of what is converted.</summary>
    public const string Converted = "Sweep.Orleans";

    private const string Latency = "orleans-app-requests-latency";

    /// <summary>For one instrument. Types of grains and states are as many as the code has.</summary>
    private const int SeriesLimit = 100;

    private static readonly double[] s_seconds = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10];
    private static readonly double[] s_bytes = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 16777216];

    /// <summary>Labels with few values. An address of a silo has a new one with each restart.</summary>
    private static readonly string[] s_kept =
    [
        "Direction", "ConnectionDirection", "MessageDirection", "Phase", "type", "grain_type", "status", "directory", "via", "state_name", "result",
    ];

    private readonly Meter _meter;
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly LatencyBands _bands = new();
    private readonly long[] _totals = new long[LatencyBands.Edges.Length + 1];
    private readonly Histogram<double> _latency;
    private double _sum;
    private long? _count;

    public OrleansMeters(IMeterFactory meters)
    {
        _meter = meters.Create(Converted);
        _latency = _meter.CreateHistogram(
            Latency, "s", "How long grain calls took, from the caller's side.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. LatencyBands.Edges.Select(edge => edge / 1e3)] });

        // Asked at each collection, and before histograms are read: this is when the bands are, too.
        _meter.CreateObservableCounter("orleans-app-requests", ReadBands, "{call}", "Grain calls that have ended, from the caller's side.");
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Measured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Measured(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Measured(instrument, value, tags, state));
        _listener.Start();
    }

    /// <summary>How an instrument of Orleans' own meter is exposed.</summary>
    public static OpenTelemetry.Metrics.MetricStreamConfiguration Shape(Instrument instrument)
    {
        var name = instrument.Name;
        return IsHistogram(instrument)                                            // converted here
            || name.StartsWith("orleans-streams-", StringComparison.Ordinal)      // of which there are none
            || name.StartsWith("orleans-runtime-", StringComparison.Ordinal)      // the runtime tells them itself, in bytes
            || Reserved(name)
            ? OpenTelemetry.Metrics.MetricStreamConfiguration.Drop
            : new OpenTelemetry.Metrics.MetricStreamConfiguration
            {
                Description = Describe(instrument),
                TagKeys = s_kept,
                CardinalityLimit = SeriesLimit,
            };
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);

    /// <summary>Prometheus keeps these endings for histograms.</summary>
    private static bool Reserved(string name) => name.Split('-')[^1] is "bucket" or "count" or "sum";

    /// <summary>Orleans describes few of its instruments.</summary>
    private static string Describe(Instrument instrument) =>
        string.IsNullOrEmpty(instrument.Description) ? $"Orleans: {instrument.Name["orleans-".Length..].Replace('-', ' ')}." : instrument.Description;

    private void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name != Source)
        {
            return;
        }

        if (instrument.Name.StartsWith(Latency + "-", StringComparison.Ordinal))
        {
            listener.EnableMeasurementEvents(instrument);
        }
        else if (IsHistogram(instrument) && !instrument.Name.StartsWith("orleans-streams-", StringComparison.Ordinal))
        {
            var (unit, scale, edges) = instrument.Unit switch
            {
                "bytes" or "By" => ("By", 1, s_bytes),
                "seconds" or "s" => ("s", 1, s_seconds),
                _ => ("s", 1e-3, s_seconds),
            };
            var converted = _meter.CreateHistogram(
                instrument.Name, unit, Describe(instrument), advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = edges });
            listener.EnableMeasurementEvents(instrument, new Conversion(converted, scale));
        }
    }

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is Conversion conversion)
        {
            var kept = new TagList();
            foreach (var tag in tags)
            {
                if (s_kept.Contains(tag.Key, StringComparer.Ordinal))
                {
                    kept.Add(tag);
                }
            }

            conversion.Into.Record(value * conversion.Scale, kept);
            return;
        }

        switch (instrument.Name[(Latency.Length + 1)..])
        {
            case "sum":
                _sum = value;
                break;
            case "count":
                _count = (long)value;
                break;
            case "bucket" when tags.Length > 0 && LatencyBands.BandOf(tags[^1].Value?.ToString() ?? "") is { } band:
                _totals[band] = (long)value;
                break;
        }
    }

    private IEnumerable<Measurement<long>> ReadBands()
    {
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            foreach (var (count, milliseconds) in _bands.Since(_totals, _sum))
            {
                for (var i = 0L; i < count; i++)
                {
                    _latency.Record(milliseconds / 1e3);
                }
            }

            return _count is { } all ? [new Measurement<long>(all)] : [];
        }
    }

    private sealed record Conversion(Histogram<double> Into, double Scale);
}
