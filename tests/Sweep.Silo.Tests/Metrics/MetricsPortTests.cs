using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Tests.Metrics;

[Collection(AloneCollection.Name)]
public sealed class MetricsPortTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private WebApplication _silo = null!;

    public async Task InitializeAsync()
    {
        var state = new StateFolder(_folder["state"]);
        state.Create();
        Directory.CreateDirectory(state.Silo("primary"));
        var settings = new SiloSettings
        {
            StateFolder = state.Root,
            Name = "primary",
            Workers = 0,
            Telemetry = new TelemetrySettings { Metrics = new IPEndPoint(IPAddress.Loopback, 0) },
        };
        _silo = SiloHost.Build(settings, state, [], null, NullLoggerProvider.Instance);
        await _silo.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task OwnPort_ServesMetricsAlone_AndTheApiPortServesThemNoMore()
    {
        var (api, metrics) = (new Uri(_silo.Urls.First()), new Uri(_silo.Urls.Last()));
        Assert.NotEqual(api.Port, metrics.Port);

        foreach (var (at, path, expected) in new[]
        {
            (metrics, "/metrics", HttpStatusCode.OK),
            (metrics, "/api/v1/queue", HttpStatusCode.NotFound),
            (metrics, "/", HttpStatusCode.NotFound),
            (metrics, "/health/live", HttpStatusCode.NotFound),
            (api, "/metrics", HttpStatusCode.NotFound),
            (api, "/health/live", HttpStatusCode.OK),
        })
        {
            Assert.Equal((path, expected), (path, (await _http.GetAsync(new Uri(at, path))).StatusCode));
        }
    }

    [Fact]
    public async Task NameInARequest_DoesNotChooseThePort()
    {
        var (api, metrics) = (new Uri(_silo.Urls.First()), new Uri(_silo.Urls.Last()));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, "/metrics"));
        request.Headers.Host = metrics.Authority;

        Assert.Equal(HttpStatusCode.NotFound, (await _http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public void Settings_AreReadAndRefused()
    {
        var read = SiloSettingsReader.Read(["--metrics", "0.0.0.0:9464", "--otlp", "http://collector:4318"], new Dictionary<string, string>(), null);

        Assert.Equal(new IPEndPoint(IPAddress.Any, 9464), read.Telemetry.Metrics);
        Assert.Equal(new Uri("http://collector:4318"), read.Telemetry.Traces);
        var fault = Assert.Throws<UsageException>(() => SiloSettingsReader.Read(["--metrics", "9464", "--otlp", "collector"], new Dictionary<string, string>(), null));
        Assert.Equal("--metrics must be an address:port, but is '9464'.\n--otlp must be a url, but is 'collector'.", fault.Message);
    }
}
