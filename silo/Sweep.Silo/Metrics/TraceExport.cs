using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Metrics;

/// <summary>
/// Sends <see cref="SweepTraces"/> to a collector. Protobuf over HTTP unless <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> says <c>grpc</c>; headers and
/// time limit are OpenTelemetry's own variables. Without an endpoint nothing is traced and nothing is kept.
/// </summary>
internal static class TraceExport
{
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    public static void AddSweepTraces(this IServiceCollection services, TelemetrySettings settings, string silo)
    {
        if (settings.Traces is not { } collector)
        {
            return;
        }

        var grpc = Environment.GetEnvironmentVariable(Protocol) == "grpc";
        services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("sweep-silo", serviceInstanceId: silo))
            .AddSource(SweepTraces.Name)
            .AddOtlpExporter(options =>
            {
                options.Protocol = grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;

                // An address given here is taken as it is, and by HTTP each signal has its own path below the collector's.
                options.Endpoint = grpc ? collector : new Uri(collector.AbsoluteUri.TrimEnd('/') + "/v1/traces");
            })
            .Build());
    }

    /// <summary>Spans that begin before somebody listens are none.</summary>
    public static void StartTraces(this WebApplication app) => app.Services.GetService<TracerProvider>();
}
