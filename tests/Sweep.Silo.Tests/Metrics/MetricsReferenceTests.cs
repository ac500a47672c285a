using System.Globalization;
using System.Text;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Silo.Tests.Metrics;

/// <summary><c>docs/reference/metrics.md</c> is written from the table in code.</summary>
public sealed class MetricsReferenceTests
{
    private const string File = "metrics.md";

    /// <summary>After a change of the table: run this with SWEEP_WRITE_REFERENCE naming the folder docs/reference.</summary>
    [Fact]
    public void PublishedReference_IsTheTableInCode()
    {
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REFERENCE") is { Length: > 0 } folder)
        {
            System.IO.File.WriteAllText(Path.Combine(folder, File), Write());
        }
        else
        {
            Assert.Equal(Write(), System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", File)));
        }
    }

    /// <summary>The rules of Prometheus' naming page that a table can break.</summary>
    [Fact]
    public void Names_AreDistinctAndEndAsTheirFormsDo()
    {
        Assert.Equal(KnownMetrics.All.Count, KnownMetrics.All.Select(KnownMetrics.NameOf).Distinct().Count());
        Assert.All(KnownMetrics.All, definition =>
        {
            Assert.StartsWith("sweep.", definition.Name);
            Assert.Matches("^[a-z.]+$", definition.Name);
            Assert.EndsWith(".", definition.Description);
            Assert.Equal(definition.Form == MetricForm.Histogram, definition.Edges.Count > 0);
            Assert.Equal(definition.Edges.Order(), definition.Edges);
            Assert.DoesNotContain(definition.Name.Split('.')[^1], new[] { "total", "count", "sum", "bucket" });
        });
        Assert.True(KnownMetrics.All.Sum(definition => definition.SeriesLimit * (definition.Edges.Count == 0 ? 1 : definition.Edges.Count + 3)) <= 2300,
            "A silo may have 3,000 series, and what is not ours needs some.");
    }

    private static string Write()
    {
        var page = new StringBuilder().Append("""
            # Metrics

            Every silo serves its metrics to Prometheus at `/metrics` of its HTTP port, in Prometheus' text format; one that asks for
            tokens wants one with the scope `read`. This page is written from the tables `GrainMetrics`, `SiloMetrics` and `GpuMetrics` by a test. *Series* is the most one silo can have; a histogram has a line more for each bucket,
            and its sum and count. No label has a value that grows with what people submit, but `experiment`, which has at most
            """).Append(' ').Append(GrainMetrics.ExperimentLimit).Append("""
             at a time:
            further experiments are counted in `sweep_metrics_series_dropped_total` and appear in the sums.

            `kind` is a stage's kind as in its id:
            """).Append(' ').AppendJoin(", ", MetricWords<StageKind>.All).Append("""
            .
            `reason` is why an attempt failed:
            """).Append(' ').AppendJoin(", ", MetricWords<FailureReason>.All).Append("""
            .

            The grains' metrics come from the silo where the grains are, the queue's as often as ten times a lease; take `max` of them over silos,
            and `sum` of everything that is counted.

            """);
        Table(page, "The grains'", GrainMetrics.All);
        Table(page, "Workers' and storage's", Silo.Metrics.SiloMetrics.All);
        Table(page, "The GPUs'", Silo.Metrics.GpuMetrics.All);
        return page.Append("""

            ## From elsewhere

            - `http_server_…`: ASP.NET's, by route template, method and status.
            - `dotnet_…`: the runtime's, without those whose names Prometheus keeps for histograms.
            - `orleans_…`: Orleans', when the silo runs on the package and not on its stand-in. Its histograms are in seconds here; the latencies of
              calls, which it counts in bands that are not cumulative, are the histogram `orleans_app_requests_latency_seconds`; labels with silos'
              addresses are left out.

            An instrument from elsewhere has at most 100 series; what has other labels is added up in one with `otel_metric_overflow="true"`.

            """).ToString();
    }

    private static void Table(StringBuilder page, string title, IReadOnlyList<MetricDefinition> definitions)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| metric | form | labels | series | what |\n|---|---|---|---|---|\n");
        foreach (var one in definitions)
        {
            var labels = one.Labels.Count == 0 ? "" : string.Join("; ", one.Labels.Select(label =>
                $"`{label.Name}`" + (label.Values.Count == 0 || label.Name is "kind" or "reason" ? "" : ": " + string.Join(", ", label.Values))));
            var edges = one.Edges.Count == 0 ? "" : " Buckets: " + string.Join(", ", one.Edges.Select(edge => edge.ToString(CultureInfo.InvariantCulture))) + ".";
            page.Append(CultureInfo.InvariantCulture, $"| `{KnownMetrics.NameOf(one)}` | {one.Form.ToString().ToLowerInvariant()} | {labels} | {one.SeriesLimit} | {one.Description}{edges} |\n");
        }
    }
}
