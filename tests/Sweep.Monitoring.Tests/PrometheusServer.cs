using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sweep.Cluster.Tests;

namespace Sweep.Monitoring.Tests;

/// <summary>One series of an answer: its labels, and its values that are numbers.</summary>
public sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Values);

/// <summary>A real Prometheus on a free port, scraping every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sweep-prometheus-");
    private readonly Process _process;
    private readonly HttpClient _http;

    private PrometheusServer(IEnumerable<(string Job, string Target)> targets, string rules)
    {
        var port = FreePort();
        var config = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(config, string.Join('\n',
        [
            "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }",
            $"rule_files: ['{rules}']",
            "scrape_configs:",
            .. targets.GroupBy(target => target.Job).Select(job =>
                $"  - {{ job_name: {job.Key}, static_configs: [{{ targets: [{string.Join(", ", job.Select(target => $"'{target.Target}'"))}] }}] }}"),
            "",
        ]));
        Started = DateTimeOffset.UtcNow;
        _process = Process.Start(new ProcessStartInfo(Tools.Prometheus!,
        [
            $"--config.file={config}",
            $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}",
            FormattableString.Invariant($"--web.listen-address=127.0.0.1:{port}"),
            "--log.level=error",
        ]))!;
        _http = new HttpClient { BaseAddress = new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}/")) };
    }

    public DateTimeOffset Started { get; }

    public static async Task<PrometheusServer> Start(IEnumerable<(string Job, string Target)> targets, string rules)
    {
        var server = new PrometheusServer(targets, rules);
        await Waiting.For<string>("Prometheus should be ready", TimeSpan.FromSeconds(60), async () => await server._http.GetStringAsync("-/ready"));
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>As it is now.</summary>
    public Task<IReadOnlyList<Series>> Now(string expression) => Ask($"api/v1/query?query={Uri.EscapeDataString(expression)}");

    /// <summary>Every second since the server started, as a graph would show it.</summary>
    public Task<IReadOnlyList<Series>> SinceStart(string expression) => Ask(string.Create(
        CultureInfo.InvariantCulture,
        $"api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={Started.ToUnixTimeSeconds()}&end={DateTimeOffset.UtcNow.ToUnixTimeSeconds()}&step=1"));

    public async Task<IReadOnlyList<string>> LabelValues(string label, string metric)
    {
        var answer = await Get($"api/v1/label/{label}/values?match[]={Uri.EscapeDataString(metric)}");
        return [.. answer.AsArray().Select(value => value!.GetValue<string>())];
    }

    /// <summary>Health of each rule by its name.</summary>
    public async Task<IReadOnlyDictionary<string, (string Health, string Fault)>> Rules() =>
        (from found in (await Get("api/v1/rules"))["groups"]!.AsArray()
         from rule in found!["rules"]!.AsArray()
         select (Name: Text(rule, "name"), Health: Text(rule, "health"), Fault: Text(rule, "lastError")))
        .ToDictionary(rule => rule.Name, rule => (rule.Health, rule.Fault));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Text(JsonNode? node, string key) => node?[key]?.GetValue<string>() ?? "";

    private async Task<IReadOnlyList<Series>> Ask(string path) =>
    [
        .. from series in (await Get(path))["result"]!.AsArray()
           let labels = series["metric"]!.AsObject().ToDictionary(label => label.Key, label => label.Value!.GetValue<string>())
           let points = series["values"]?.AsArray() ?? [series["value"]!.DeepClone()]
           select new Series(labels, [.. points.Select(point => Number(point![1]!.GetValue<string>())).Where(double.IsFinite)]),
    ];

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private async Task<JsonNode> Get(string path)
    {
        using var answer = await _http.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }
}
