namespace OpenTelemetry.Exporter;

/// <summary>What the exporter may be told. The package has more; what is not here is not offered.</summary>
public class PrometheusAspNetCoreOptions
{
    internal const string DefaultScrapeEndpointPath = "/metrics";

    private int _cacheMilliseconds = 300;

    /// <summary>Null for <c>/metrics</c>.</summary>
    public string? ScrapeEndpointPath { get; set; } = DefaultScrapeEndpointPath;

    public bool DisableTotalNameSuffixForCounters { get; set; }

    /// <summary>Whether each series names its meter, in <c>otel_scope_…</c> labels.</summary>
    public bool ScopeInfoEnabled { get; set; } = true;

    /// <summary>Whether the resource's attributes are a metric of their own, <c>target_info</c>.</summary>
    public bool TargetInfoEnabled { get; set; } = true;

    /// <summary>How long one collection serves further scrapes; 0 for none.</summary>
    public int ScrapeResponseCacheDurationMilliseconds
    {
        get => _cacheMilliseconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _cacheMilliseconds = value;
        }
    }
}
