using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>Something with <c>/metrics</c>, and who scrapes it.</summary>
public sealed class ScrapedApp : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly bool _ends;

    private ScrapedApp(WebApplication app, bool ends)
    {
        App = app;
        _ends = ends;
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    /// <summary>The silo's exposition, and nothing else of a silo.</summary>
    public static Task<ScrapedApp> StartExposition(Action<IServiceCollection>? add = null) => Start(
        services =>
        {
            add?.Invoke(services);
            services.AddSweepMetrics();
        },
        app => app.MapSweepMetrics());

    /// <summary>One meter, exposed as a package's user would.</summary>
    public static Task<ScrapedApp> StartMeter(string meter) => Start(
        services => services.AddSingleton(_ => OpenTelemetry.Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddPrometheusExporter(options =>
        {
            options.ScrapeResponseCacheDurationMilliseconds = 0;
            options.TargetInfoEnabled = false;
        }).Build()),
        app => app.MapPrometheusScrapingEndpoint("/metrics"));

    public static async Task<ScrapedApp> Of(WebApplication app)
    {
        await app.StartAsync();
        return new ScrapedApp(app, ends: true);
    }

    /// <summary>Scrapes what somebody else started and ends.</summary>
    public static ScrapedApp Watching(WebApplication app) => new(app, ends: false);

    public async Task<Exposed> Scrape() => new(await _http.GetStringAsync("/metrics"));

    public async Task<string> ContentTypeFor(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return response.Content.Headers.ContentType!.ToString();
    }

    /// <summary>Scrapes until the metrics say so.</summary>
    public async Task<Exposed> ScrapeUntil(Func<Exposed, bool> reached)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var exposed = await Scrape();
            if (reached(exposed))
            {
                return exposed;
            }

            Assert.True(watch.Elapsed < s_deadline, $"Within {s_deadline} the metrics should have got there, but are\n{exposed.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_ends)
        {
            await App.StopAsync();
            await App.DisposeAsync();
        }
    }

    private static async Task<ScrapedApp> Start(Action<IServiceCollection> add, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        add(builder.Services);
        var app = builder.Build();
        map(app);
        return await Of(app);
    }
}
