using System.Diagnostics.Metrics;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>A meter of Orleans' name with instruments as Orleans makes them; the stand-in has none.</summary>
[Collection(AloneCollection.Name)]
public sealed class OrleansMetersTests : IDisposable
{
    private readonly Meter _orleans = new(OrleansMeters.Source);
    private readonly long[] _bands = new long[LatencyBands.Edges.Length + 1];
    private long _count;
    private long _sum;

    public OrleansMetersTests()
    {
        _orleans.CreateObservableCounter("orleans-app-requests-latency-bucket", () => _bands.Select((count, band) => new Measurement<long>(
            count, new KeyValuePair<string, object?>("duration", band < LatencyBands.Edges.Length ? $"{LatencyBands.Edges[band]}ms" : $"{long.MaxValue}ms"))));
        _orleans.CreateObservableCounter("orleans-app-requests-latency-count", () => _count);
        _orleans.CreateObservableCounter("orleans-app-requests-latency-sum", () => _sum);
    }

    public void Dispose() => _orleans.Dispose();

    [Fact]
    public async Task LatenciesInBands_BecomeATrueHistogramInSeconds()
    {
        await using var app = await ScrapedApp.StartExposition();
        Take(0, 1, 3, 3, 60, 60, 180, 450);

        var first = await app.Scrape();

        Assert.Equal("histogram", first.Types["orleans_app_requests_latency_seconds"]);
        Assert.Equal(8, first.Sum("orleans_app_requests_latency_seconds_count"));
        Assert.Equal(8, first.Sum("orleans_app_requests_total"));
        foreach (var (edge, atMost) in new[] { ("0.001", 2), ("0.002", 2), ("0.004", 4), ("0.05", 4), ("0.1", 6), ("0.2", 7), ("0.8", 8), ("15", 8), ("+Inf", 8) })
        {
            Assert.Equal(atMost, first.Sum("orleans_app_requests_latency_seconds_bucket", ("le", edge)));
        }

        Assert.Equal(0.757, first.Sum("orleans_app_requests_latency_seconds_sum"), 6);
        Assert.DoesNotContain(first.Types.Keys, name => name.Contains("latency_bucket", StringComparison.Ordinal) || name.Contains("band", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LatencyBeyondTheLastBand_CountsInInfinityAlone()
    {
        await using var app = await ScrapedApp.StartExposition();
        Take(100, 40_000);
        await app.Scrape();
        Take(100);

        var exposed = await app.ScrapeUntil(now => now.Sum("orleans_app_requests_total") == 3);

        Assert.Equal(2, exposed.Sum("orleans_app_requests_latency_seconds_bucket", ("le", "15")));
        Assert.Equal(3, exposed.Sum("orleans_app_requests_latency_seconds_bucket", ("le", "+Inf")));
        Assert.InRange(exposed.Sum("orleans_app_requests_latency_seconds_sum"), 40.1, 40.3);
    }

    [Fact]
    public async Task HistogramsInMilliseconds_AreInSeconds_AndAddressesAreLeftOut()
    {
        await using var app = await ScrapedApp.StartExposition();
        var storage = _orleans.CreateHistogram<double>("orleans-storage-read-latency", "ms");
        var sizes = _orleans.CreateHistogram<int>("orleans-messaging-sent-messages-size", "bytes");
        var pings = _orleans.CreateCounter<int>("orleans-messaging-pings-sent");
        for (var restart = 0; restart < 50; restart++)
        {
            storage.Record(3, new("provider_type_name", "x"), new("state_name", "stage"));
            sizes.Record(300, new("MessageDirection", "Request"), new("silo", $"10.0.0.1:11111@{restart}"));
            pings.Add(1, new KeyValuePair<string, object?>("Destination", $"10.0.0.1:11111@{restart}"));
        }

        var exposed = await app.Scrape();

        Assert.Equal(50, exposed.Sum("orleans_storage_read_latency_seconds_bucket", ("le", "0.005"), ("state_name", "stage")));
        Assert.Equal(0, exposed.Sum("orleans_storage_read_latency_seconds_bucket", ("le", "0.0025")));
        Assert.Equal(50, Assert.Single(exposed.Of("orleans_messaging_sent_messages_size_bytes_bucket", ("le", "1024"))).Value);
        var sent = Assert.Single(exposed.Of("orleans_messaging_pings_sent_total"));
        Assert.Equal(50, sent.Value);
        Assert.Empty(sent.Labels);
    }

    [Fact]
    public async Task InstrumentWithManyLabels_IsCapped()
    {
        await using var app = await ScrapedApp.StartExposition();
        var grains = _orleans.CreateUpDownCounter<int>("orleans-grains");
        for (var type = 0; type < 500; type++)
        {
            grains.Add(1, new KeyValuePair<string, object?>("type", $"grain-{type}"));
        }

        var exposed = await app.Scrape();

        Assert.InRange(exposed.Of("orleans_grains").Count, 50, 102);
        Assert.Equal(500, exposed.Sum("orleans_grains"));
        Assert.Single(exposed.Of("orleans_grains", ("otel_metric_overflow", "true")));
    }

    [PromtoolFact]
    public async Task ConvertedMeters_AreCleanForPromtool()
    {
        await using var app = await ScrapedApp.StartExposition();
        _orleans.CreateHistogram<double>("orleans-catalog-activation-latency", "ms").Record(1, new KeyValuePair<string, object?>("status", "success"));
        _orleans.CreateHistogram<double>("orleans-reminders-tardiness", "seconds").Record(1);
        _orleans.CreateCounter<int>("orleans-messaging-expired").Add(1, new KeyValuePair<string, object?>("Phase", "Send"));
        _orleans.CreateObservableGauge("orleans-catalog-activations", () => 3);
        _orleans.CreateObservableCounter("orleans-messaging-sent-header-size", () => 3L, "bytes");
        _orleans.CreateObservableGauge("orleans-runtime-available-memory", () => 3, "MB");
        _orleans.CreateCounter<int>("orleans-scheduler-long-running-turns").Add(1);
        Take(5);

        await Promtool.AssertClean((await app.Scrape()).Text);
    }

    private void Take(params long[] milliseconds)
    {
        foreach (var latency in milliseconds)
        {
            var band = Array.FindIndex(LatencyBands.Edges, edge => latency <= edge);
            _bands[band < 0 ? ^1 : band]++;
            _count++;
            _sum += latency;
        }
    }
}
