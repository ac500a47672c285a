using System.Text.RegularExpressions;
using Sweep.Cluster.Tests;

namespace Sweep.Monitoring.Tests;

/// <summary>
/// A primary and a worker that joined it, in processes of their own, run a small real sweep whose engines crash once each, and a real
/// Prometheus watches: what the dashboards ask must be answered.
/// </summary>
public sealed partial class LiveTests
{
    /// <summary>Metrics that silos have only on another machine, by the reason. They are played, and nothing else is.</summary>
    private static readonly (string Prefix, string Reason)[] s_elsewhere =
    [
        ("sweep_gpu_", "needs a GPU and its driver"),
        ("orleans_", "needs the Orleans package: its stand-in has no meters"),
        ("sweep_out_of_memory_total", "begins with an attempt that runs out of memory"),
    ];

    [ToolsFact]
    public async Task SmallSweep_AnswersEveryPanelAndEveryRule()
    {
        using var state = new TemporaryFolder();
        using var played = new PlayedSeries();
        var crash = new Dictionary<string, string> { ["SWEEP_ENGINE_FAULT"] = "crash@1" };
        var metrics = FormattableString.Invariant($"127.0.0.1:{PrometheusServer.FreePort()}");
        await using var primary = await SiloProcess.StartWith(crash, state.Path, "--workers", "1", "--lease", "10s");
        await using var worker = await SiloProcess.StartWith(
            crash, state.Path, "--join", FormattableString.Invariant($"127.0.0.1:{primary.SiloPort}"), "--name", "one", "--workers", "1", "--lease", "10s", "--metrics", metrics);
        string[] silos = [primary.Http.Authority, metrics];
        await using var prometheus = await PrometheusServer.Start([.. silos.Select(silo => ("sweep", silo)), ("played", played.Target)], Alerts.File);
        await primary.Submit(SmallSweep.Spec);
        await Waiting.ForTheEnd(primary);
        await Waiting.For(
            "the end should be scraped, and what came up with it often enough for a rate",
            TimeSpan.FromMinutes(1),
            async () => (await prometheus.Now("""count_over_time((sweep_experiments{state="complete"} == 1)[10s:1s]) >= 5""")).Count > 0 ? "scraped" : null);

        await AssertScraped(prometheus, silos);
        await AssertVariables(prometheus, silos);
        await AssertPanels(prometheus, silos, played.Target);
        await AssertQuietRules(prometheus);
        worker.Kill();
        await AssertRulesSee(prometheus, metrics);
    }

    private static async Task AssertScraped(PrometheusServer prometheus, string[] silos)
    {
        foreach (var silo in silos)
        {
            Assert.Equal([1], Assert.Single(await prometheus.Now($"up{{instance=\"{silo}\"}}")).Values);
            Assert.InRange(Assert.Single(await prometheus.Now($"max_over_time(scrape_samples_scraped{{instance=\"{silo}\"}}[1h])")).Values[0], 100, 3000);
        }
    }

    /// <summary>What the variables of the dashboards offer. There is no namespace outside Kubernetes.</summary>
    private static async Task AssertVariables(PrometheusServer prometheus, string[] silos)
    {
        Assert.Equal(silos.Order(StringComparer.Ordinal), await prometheus.LabelValues("instance", "sweep_build_info"));
        Assert.Equal([SmallSweep.Name], await prometheus.LabelValues("experiment", "sweep_experiment_progress"));
        Assert.Empty(await prometheus.LabelValues("namespace", "sweep_build_info"));
    }

    private static async Task AssertPanels(PrometheusServer prometheus, string[] silos, string played)
    {
        var real = string.Join('|', silos.Select(Regex.Escape)).Replace("\\", "\\\\", StringComparison.Ordinal);
        var faults = new List<string>();
        foreach (var query in Dashboards.Queries)
        {
            var isPlayed = s_elsewhere.Any(one => query.Expression.Contains(one.Prefix, StringComparison.Ordinal));
            var answer = await prometheus.SinceStart(Dashboards.Expand(query.Expression, isPlayed ? Regex.Escape(played).Replace("\\", "\\\\", StringComparison.Ordinal) : real));
            if (!answer.Any(series => series.Values.Count > 0))
            {
                faults.Add($"{query} has no numbers");
            }

            faults.AddRange(
                from label in Dashboards.LabelsOf(query.Legend)
                where answer.Any(series => !series.Labels.ContainsKey(label))
                select $"{query} has no label {label} for its legend");
        }

        Assert.Empty(faults);
        var points = await prometheus.Now("sweep_pareto_point_flops");
        Assert.NotEmpty(points);
        Assert.Equal(points.Count, (await prometheus.Now("sweep_pareto_point_flops and on (experiment, rank) sweep_pareto_point_accuracy and on (experiment, rank) sweep_pareto_point_parameters")).Count);
    }

    private static async Task AssertQuietRules(PrometheusServer prometheus)
    {
        var rules = await prometheus.Rules();
        Assert.Equal(Alerts.All.Select(alert => alert.Name).Order(StringComparer.Ordinal), rules.Keys.Order(StringComparer.Ordinal));
        Assert.All(rules, rule => Assert.True(rule.Value.Health == "ok", $"{rule.Key}: {rule.Value.Fault}"));
        foreach (var alert in Alerts.All)
        {
            // Whatever a rule speaks of must be something that is exposed: a rule on a name that is misspelt is quiet for ever.
            foreach (var metric in MetricName().Matches(alert.Expression).Select(match => match.Value).Distinct())
            {
                Assert.True((await prometheus.SinceStart(metric)).Count > 0, $"{alert.Name} speaks of {metric}, which nobody exposes.");
            }

            // How fast a store is, and how much of a small sweep fails, is the machine's and the crashes' to say.
            if (alert.Name is not ("SweepStorageSlow" or "SweepAttemptsFail" or "SweepLeasesExpire"))
            {
                Assert.True((await prometheus.Now(alert.Expression)).Count == 0, $"{alert.Name} must be quiet after a sweep that ended well.");
            }
        }
    }

    /// <summary>A silo is killed: the rules on silos see it.</summary>
    private static async Task AssertRulesSee(PrometheusServer prometheus, string killed)
    {
        var fails = await Waiting.For(
            "the killed silo should be seen",
            TimeSpan.FromMinutes(1),
            async () => (await prometheus.Now(Of("SweepScrapeFails"))) is [var one] ? one : null);
        Assert.Equal(killed, fails.Labels["instance"]);
        Assert.Empty(await prometheus.Now(Of("SweepAbsent")));
    }

    private static string Of(string alert) => Alerts.All.Single(one => one.Name == alert).Expression;

    [GeneratedRegex(@"\b(sweep|http|orleans|dotnet)_\w+(?![\w=])")]
    private static partial Regex MetricName();

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("sweep-monitoring-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
