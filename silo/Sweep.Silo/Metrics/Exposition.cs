using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sweep.Grains;

namespace Sweep.Silo.Metrics;

/// <summary>Which meters Prometheus sees at <c>/metrics</c>, and in which shape.</summary>
internal static class Exposition
{
    private const string Orleans = "Microsoft.Orleans";
    private const string Runtime = "System.Runtime";

    /// <summary>
    /// Orleans counts the latencies of calls in bands that are not cumulative: no histogram of Prometheus', which this name would promise.
    /// </summary>
    private const string LatencyBands = "orleans-app-requests-latency-bucket";

    /// <summary>Orleans measures in milliseconds.</summary>
    private static readonly double[] s_orleansEdges = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10000];

    public static IServiceCollection AddSweepMetrics(this IServiceCollection services) => services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
        .AddMeter(MetricDefinition.Meter, Orleans, Runtime, "Microsoft.AspNetCore.Hosting")
        .AddView(Shape)
        .AddPrometheusExporter(options =>
        {
            // The names say whose they are, and where they come from is the scraper's to say.
            options.ScopeInfoEnabled = false;
            options.TargetInfoEnabled = false;
        })
        .Build());

    public static IEndpointConventionBuilder MapSweepMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint("/metrics", routes.ServiceProvider.GetRequiredService<MeterProvider>(), null, null);

    /// <returns>Null for an instrument that stays as it is.</returns>
    private static MetricStreamConfiguration? Shape(Instrument instrument) => instrument switch
    {
        { Meter.Name: Orleans, Name: LatencyBands } => new MetricStreamConfiguration { Name = "orleans-app-requests-latency-band" },
        { Meter.Name: Orleans } when IsHistogram(instrument) => new ExplicitBucketHistogramConfiguration { Boundaries = s_orleansEdges },

        // Prometheus keeps names that end in _count for histograms.
        { Meter.Name: Runtime } when instrument.Name.EndsWith(".count", StringComparison.Ordinal) => MetricStreamConfiguration.Drop,
        _ => null,
    };

    private static bool IsHistogram(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>);
}
