using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>Prometheus and Grafana get what lies in the chart's folders, to the byte.</summary>
public class MonitoringTests
{
    [ToolFact]
    public async Task Dashboards_AreShipped_EachInAMapThatGrafanaFinds()
    {
        using var chart = new Folder();
        CopyWithSamples(chart);
        var manifests = await Rendered(chart);
        var files = Directory.GetFiles(Path.Combine(chart.Path, "dashboards"), "*.json").Order(StringComparer.Ordinal).ToList();
        var maps = manifests.Where(manifest => manifest.Text("metadata.labels.grafana_dashboard") == "1").ToList();
        Assert.Equal(files.Count, maps.Count);
        foreach (var (file, map) in files.Zip(maps.OrderBy(map => (map.At("data") as JsonObject)!.Single().Key, StringComparer.Ordinal)))
        {
            var (name, json) = (map.At("data") as JsonObject)!.Single();
            Assert.Equal(Path.GetFileName(file), name);

            // Legends like {{priority}} are Grafana's and not Helm's.
            Assert.Equal((await File.ReadAllTextAsync(file)).TrimEnd(), json!.ToString().TrimEnd());
            Assert.Equal("Pruning", map.Text("metadata.annotations.grafana_folder"));
            Assert.True(json.ToString().Length < 1 << 20, "A ConfigMap has at most 1 MiB.");

            // Types of the Grafana operator are not published as packages that this project knows: these are the keys it may have here.
            var board = manifests.Single(manifest => manifest.Kind == "GrafanaDashboard" && manifest.Text("spec.configMapRef.name") == map.Name);
            Assert.Equal(["allowCrossNamespaceImport", "configMapRef", "folder", "instanceSelector"], (board.At("spec") as JsonObject)!.Select(pair => pair.Key).Order());
        }
    }

    [ToolFact]
    public async Task AlertRules_AreShipped_AndPrometheusTakesThem()
    {
        using var chart = new Folder();
        CopyWithSamples(chart);
        var rules = (await Rendered(chart)).Where(manifest => manifest.Kind == "PrometheusRule").ToList();
        var files = Directory.GetFiles(Path.Combine(chart.Path, "alerts"), "*.yaml").Order(StringComparer.Ordinal)
            .Where(file => !file.EndsWith("test.yaml", StringComparison.Ordinal)).ToList();
        Assert.Equal(files.Count, rules.Count);
        foreach (var (file, rule) in files.Zip(rules))
        {
            Assert.Equal("prometheus", rule.Text("metadata.labels.release"));
            var shipped = rule.At("spec")!;
            var written = Manifest.ParseNodes(await File.ReadAllTextAsync(file)).Single();
            Assert.True(JsonNode.DeepEquals(written["groups"], shipped["groups"]), $"{file} must be shipped as it is, but is {shipped.ToJsonString()}.");
            var said = await Tool.Run(Tool.Promtool!, ["check", "rules", chart.Write($"shipped-{Path.GetFileName(file)}", shipped.ToJsonString())]);
            Assert.Contains("SUCCESS", said.Good(), StringComparison.Ordinal);
        }
    }

    [ToolFact]
    public async Task Monitors_ScrapeTheMetricsPort_OfEverySilo()
    {
        var pods = WorkloadTests.Named(await Helm.Manifests("everything-on"), "PodMonitor", "team-a-sweep");
        Assert.Equal("metrics", pods.Text("spec.podMetricsEndpoints.0.port"));
        Assert.Equal("30s", pods.Text("spec.podMetricsEndpoints.0.interval"));
        Assert.Equal("""[{"key":"app.kubernetes.io/component","operator":"In","values":["control","worker"]}]""", pods.At("spec.selector.matchExpressions")!.ToJsonString());
        var said = await Helm.Template(3, ["-f", Helm.ValuesOf("default"), .. Helm.ApiFlags(Helm.AllApis), "--set", "metrics.scrape=serviceMonitor"]);
        var manifests = Manifest.ParseAll(said.Good());
        var monitor = WorkloadTests.Named(manifests, "ServiceMonitor", "rel-sweep");
        var service = manifests.Single(manifest => manifest.Kind == "Service" && manifest.Component == "silos");
        Assert.All(
            (monitor.At("spec.selector.matchLabels") as JsonObject)!,
            label => Assert.Equal(label.Value!.ToString(), service.Text($"metadata.labels.'{label.Key}'")));
        Assert.Contains(Manifest.List(service.Root, "spec.ports"), port => port["name"]!.ToString() == monitor.Text("spec.endpoints.0.port"));
    }

    [ToolFact]
    public async Task Annotations_AreTheFallback()
    {
        foreach (var silo in PodTests.Silos(await Helm.Manifests("default")))
        {
            Assert.Equal("9090", silo.Text("spec.template.metadata.annotations.'prometheus.io/port'"));
            Assert.Equal("true", silo.Text("spec.template.metadata.annotations.'prometheus.io/scrape'"));
        }
    }

    /// <summary>The chart with one more dashboard and one more file of alerts, full of what Helm must leave alone.</summary>
    private static void CopyWithSamples(Folder folder)
    {
        foreach (var file in Directory.GetFiles(Checkout.Chart, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.Path, Path.GetRelativePath(Checkout.Chart, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(folder.Path, "dashboards"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "alerts"));
        folder.Write("dashboards/a_sample.json", """
            {
              "title": "Sample",
              "panels": [ { "targets": [ { "expr": "sum by (kind) (sweep_queue_depth{namespace=~\"$namespace\"})", "legendFormat": "{{kind}}" } ] } ]
            }
            """);
        folder.Write("alerts/a_sample.yaml", """
            groups:
              - name: sample
                rules:
                  - alert: NobodyWorks
                    expr: sum(sweep_queue_depth) > 0
                    for: 10m
                    labels: { severity: warning }
                    annotations: { summary: "{{ $value }} stages wait in {{ $labels.namespace }}" }
            """);
        folder.Write("alerts/a_sample_test.yaml", "tests: []");
    }

    private static async Task<IReadOnlyList<Manifest>> Rendered(Folder chart) => Manifest.ParseAll((await Tool.Run(
        Helm.Path(4), ["template", Helm.Release, chart.Path, "-f", Helm.ValuesOf("everything-on"), .. Helm.ApisOf("everything-on")])).Good());
}
