using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sweep.Scheduling;
using Sweep.Silo.Devices;

namespace Sweep.Silo.Metrics;

/// <summary>Which meters Prometheus sees at <c>/metrics</c>, and in which shape.</summary>
internal static class Exposition
{
    private const string Runtime = "System.Runtime";
    private const string Http = "Microsoft.AspNetCore.Hosting";

    /// <summary>
    /// The most series of one instrument that is not ours; what has other labels goes into one with <c>otel_metric_overflow="true"</c>.
    /// Ours have labels of known values.
    /// </summary>
    private const int ForeignLimit = 100;

    private static readonly double[] s_requestEdges = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10];

    public static IServiceCollection AddSweepMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IGpuProbe>(_ => new NvmlProbe());
        services.AddSingleton<OrleansMeters>();
        services.AddSingleton<GpuMeter>();
        services.AddSingleton<BuildMeter>();
        return services.AddSingleton(provider =>
        {
            provider.GetRequiredService<OrleansMeters>();
            provider.GetRequiredService<GpuMeter>();
            provider.GetRequiredService<BuildMeter>();
            return Sdk.CreateMeterProviderBuilder()
                .AddMeter(MetricDefinition.Meter, OrleansMeters.Source, OrleansMeters.Converted, Runtime, Http)
                .AddView(Shape)
                .AddPrometheusExporter(options =>
                {
                    // The names say whose they are, and where they come from is the scraper's to say.
                    options.ScopeInfoEnabled = false;
                    options.TargetInfoEnabled = false;
                })
                .Build();
        });
    }

    public static IEndpointConventionBuilder MapSweepMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapPrometheusScrapingEndpoint("/metrics", routes.ServiceProvider.GetRequiredService<MeterProvider>(), null, null);

    /// <returns>Null for an instrument that stays as it is.</returns>
    private static MetricStreamConfiguration? Shape(Instrument instrument) => instrument switch
    {
        { Meter.Name: OrleansMeters.Source } => OrleansMeters.Shape(instrument),

        // Prometheus keeps names that end in _count for histograms.
        { Meter.Name: Runtime } when instrument.Name.EndsWith(".count", StringComparison.Ordinal) => MetricStreamConfiguration.Drop,
        { Meter.Name: Runtime } => new MetricStreamConfiguration { CardinalityLimit = ForeignLimit },

        // Route templates, never paths.
        { Meter.Name: Http, Name: "http.server.request.duration" } => new ExplicitBucketHistogramConfiguration
        {
            Boundaries = s_requestEdges,
            TagKeys = ["http.route", "http.request.method", "http.response.status_code"],
            CardinalityLimit = ForeignLimit,
        },
        { Meter.Name: Http } => new MetricStreamConfiguration { TagKeys = ["http.request.method"], CardinalityLimit = ForeignLimit },
        _ => null,
    };
}
