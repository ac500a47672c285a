using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A pull exporter whose last collection, as text, serves the scrapes of the next moment.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    /// <summary>The SDK tells an exporter its provider, and nobody a provider's exporters.</summary>
    private static readonly List<WeakReference<PrometheusExporter>> s_all = [];

    private readonly PrometheusAspNetCoreOptions _options;
    private readonly Lock _gate = new();
    private string _text = "";
    private long? _collected;

    public PrometheusExporter(PrometheusAspNetCoreOptions options)
    {
        _options = options;
        lock (s_all)
        {
            s_all.RemoveAll(known => !known.TryGetTarget(out _));
            s_all.Add(new WeakReference<PrometheusExporter>(this));
        }
    }

    /// <summary>The reader's: fills <see cref="_text"/> by way of <see cref="Export"/>.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <exception cref="ArgumentException"/>
    public static PrometheusExporter Of(MeterProvider provider)
    {
        lock (s_all)
        {
            foreach (var known in s_all)
            {
                if (known.TryGetTarget(out var exporter) && exporter.ParentProvider == provider)
                {
                    return exporter;
                }
            }
        }

        throw new ArgumentException("A PrometheusExporter could not be found configured on the provided MeterProvider.", nameof(provider));
    }

    /// <summary>The metrics as they are, or were a moment ago.</summary>
    /// <exception cref="InvalidOperationException">The reader could not collect.</exception>
    public string Read()
    {
        lock (_gate)
        {
            if (_collected is not { } at || Stopwatch.GetElapsedTime(at).TotalMilliseconds >= _options.ScrapeResponseCacheDurationMilliseconds)
            {
                if (Collect?.Invoke(Timeout.Infinite) != true)
                {
                    throw new InvalidOperationException(string.Create(
                        CultureInfo.InvariantCulture, $"A scrape must collect the provider's metrics, but the reader {(Collect is null ? "is not attached" : "failed")}."));
                }

                _collected = Stopwatch.GetTimestamp();
            }

            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new TextFormat(_options);
        if (_options.TargetInfoEnabled)
        {
            text.WriteTarget(ParentProvider.GetResource());
        }

        foreach (var metric in batch)
        {
            text.Add(metric);
        }

        _text = text.ToString();
        return ExportResult.Success;
    }
}
