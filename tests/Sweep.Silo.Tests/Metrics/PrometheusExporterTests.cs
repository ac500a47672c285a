using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>What we rely on in the exporter, whichever of the package and its stand-in is built against.</summary>
[Collection(AloneCollection.Name)]
public sealed class PrometheusExporterTests
{
    private const string Name = "Sweep.Tests.Exporter";

    [Theory]
    [InlineData("a.b-c", "", "a_b_c_total")]
    [InlineData("frames", "{frame}", "frames_total")]
    [InlineData("sent", "By", "sent_bytes_total")]
    [InlineData("sent.bytes", "By", "sent_bytes_total")]
    [InlineData("time.total", "s", "time_total_seconds_total")]
    [InlineData("rate", "By/s", "rate_bytes_per_second_total")]
    [InlineData("share", "1", "share_total")]
    public async Task Counter_IsNamedWithUnitAndTotal(string name, string unit, string expected)
    {
        using var meter = new Meter(Name);
        await using var app = await ScrapedApp.StartMeter(Name);
        meter.CreateCounter<long>(name, unit, "Help.").Add(3);

        var exposed = await app.Scrape();

        Assert.Equal("counter", exposed.Types[expected]);
        Assert.Equal(3, Assert.Single(exposed.Of(expected)).Value);
        Assert.Contains($"# HELP {expected} Help.\n", exposed.Text);
    }

    [Fact]
    public async Task Histogram_IsCumulativeAndEndsAtInfinity()
    {
        using var meter = new Meter(Name);
        await using var app = await ScrapedApp.StartMeter(Name);
        var histogram = meter.CreateHistogram("took", "s", "Help.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 10] });
        foreach (var seconds in new[] { 0.25, 0.75, 1.0, 100 })
        {
            histogram.Record(seconds, new KeyValuePair<string, object?>("kind", "x"));
        }

        var exposed = await app.Scrape();

        Assert.Equal("histogram", exposed.Types["took_seconds"]);
        Assert.Equal(
            [("0.5", 1), ("1", 3), ("10", 3), ("+Inf", 4)],
            exposed.Of("took_seconds_bucket", ("kind", "x")).Select(bucket => (bucket.Labels["le"], bucket.Value)));
        Assert.Equal(4, exposed.Sum("took_seconds_count"));
        Assert.Equal(102, exposed.Sum("took_seconds_sum"));
    }

    [Fact]
    public async Task LabelValues_AreEscaped()
    {
        const string Odd = "a \"quoted\\path\"\nand ümläuts";
        using var meter = new Meter(Name);
        await using var app = await ScrapedApp.StartMeter(Name);
        meter.CreateCounter<long>("odd", null, "One\nline \\ only.").Add(1, new KeyValuePair<string, object?>("odd.label", Odd));

        var exposed = await app.Scrape();

        Assert.Equal(Odd, Assert.Single(exposed.Of("odd_total")).Labels["odd_label"]);
        Assert.Contains(@"# HELP odd_total One\nline \\ only.", exposed.Text);
    }

    [Fact]
    public async Task Gauges_AreWhatTheyAreNow()
    {
        using var meter = new Meter(Name);
        await using var app = await ScrapedApp.StartMeter(Name);
        var values = new Dictionary<string, double> { ["a"] = double.PositiveInfinity, ["b"] = -1.5e-7 };
        meter.CreateObservableGauge("now", () => values.Select(value => new Measurement<double>(value.Value, new KeyValuePair<string, object?>("one", value.Key))));
        meter.CreateUpDownCounter<long>("open").Add(-2);

        var first = await app.Scrape();
        values.Remove("a");
        var second = await app.Scrape();

        Assert.Equal("gauge", first.Types["open"]);
        Assert.Equal(-2, first.Sum("open"));
        Assert.Equal([double.PositiveInfinity, -1.5e-7], first.Of("now").OrderBy(sample => sample.Labels["one"], StringComparer.Ordinal).Select(sample => sample.Value));
        Assert.Equal("b", Assert.Single(second.Of("now")).Labels["one"]);
    }

    [Fact]
    public async Task SameNameInTwoMeters_IsOneFamilyWhoseSeriesNameTheirMeters()
    {
        using var one = new Meter(Name);
        using var other = new Meter(Name, "2");
        await using var app = await ScrapedApp.StartMeter(Name);
        one.CreateCounter<long>("shared").Add(1);
        one.CreateCounter<long>("between").Add(1);
        other.CreateCounter<long>("shared").Add(2);

        var exposed = await app.Scrape(); // refuses families that are not contiguous

        Assert.All(exposed.Of("shared_total"), sample => Assert.Equal(Name, sample.Labels["otel_scope_name"]));
        Assert.Equal([1, 2], exposed.Of("shared_total").Select(sample => sample.Value).Order());
    }

    [Theory]
    [InlineData("", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;version=1.0.0;q=0.9, text/plain;version=0.0.4;q=0.2", "text/plain; version=1.0.0; charset=utf-8; escaping=underscores")]
    [InlineData("text/plain;version=1.0.0;q=0.1, text/plain;version=0.0.4;q=0.2", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;version=7", "text/plain; version=0.0.4; charset=utf-8")]
    public async Task ContentType_NamesTheVersion(string accept, string expected)
    {
        await using var app = await ScrapedApp.StartMeter(Name);

        Assert.Equal(expected, await app.ContentTypeFor(accept));
    }

    [Fact]
    public void ProviderWithoutTheExporter_IsRefused()
    {
        using var provider = OpenTelemetry.Sdk.CreateMeterProviderBuilder().Build();
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        using var app = builder.Build() as IDisposable;

        Assert.Throws<ArgumentException>(() => Microsoft.AspNetCore.Builder.PrometheusExporterEndpointRouteBuilderExtensions.MapPrometheusScrapingEndpoint(
            (Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app!, "/metrics", provider, null, null));
    }
}
