using System.Collections.Concurrent;

namespace Sweep.Chart.Tests;

/// <summary>The helm binaries and what they make of the chart.</summary>
internal static class Helm
{
    public const string Release = "rel";
    public const string Namespace = "pruning";

    /// <summary>What a cluster with every operator has beside Kubernetes.</summary>
    public static readonly string[] AllApis =
    [
        "keda.sh/v1alpha1/ScaledObject",
        "monitoring.coreos.com/v1/PodMonitor",
        "monitoring.coreos.com/v1/ServiceMonitor",
        "monitoring.coreos.com/v1/PrometheusRule",
        "grafana.integreatly.org/v1beta1/GrafanaDashboard",
        "gateway.networking.k8s.io/v1/HTTPRoute",
    ];

    public static readonly string[] Scenarios = ["default", "cpu-only", "gpu-azure", "gpu-postgres", "everything-on"];

    /// <summary>The chart's floor first.</summary>
    public static readonly string[] KubeVersions = ["1.27.0", "1.30.0", "1.35.0"];

    private static readonly ConcurrentDictionary<(string, string, int), Task<string>> s_rendered = new();

    public static string Path(int version) => System.IO.Path.Combine(Checkout.Tools, $"helm{version}");

    public static string ValuesOf(string scenario) => System.IO.Path.Combine(Checkout.Chart, "ci", $"{scenario}-values.yaml");

    /// <summary>A scenario's manifests; rendered once.</summary>
    public static Task<string> Rendered(string scenario, string kubeVersion = "1.30.0", int version = 3) =>
        s_rendered.GetOrAdd((scenario, kubeVersion, version), async key =>
            (await Template(version, ["-f", ValuesOf(scenario), "--kube-version", kubeVersion, .. ApisOf(scenario)])).Good());

    public static async Task<IReadOnlyList<Manifest>> Manifests(string scenario) => Manifest.ParseAll(await Rendered(scenario));

    public static async Task<IReadOnlyList<Manifest>> ManifestsWith(string scenario, params string[] sets) =>
        Manifest.ParseAll((await Template(3, ["-f", ValuesOf(scenario), .. ApisOf(scenario), .. Sets(sets)])).Good());

    /// <summary>The refusal of values that must be refused, by both binaries in the same words of ours.</summary>
    public static async Task<string[]> Refusals(string scenario, string[] apis, string[] sets)
    {
        string[] arguments = ["-f", ValuesOf(scenario), .. ApiFlags(apis), .. Sets(sets)];
        var answers = await Task.WhenAll(Template(3, arguments), Template(4, arguments));
        Assert.All(answers, answer => Assert.True(answer.ExitCode != 0, $"The values must be refused, but were taken: {string.Join(' ', sets)}"));
        return [.. answers.Select(answer => answer.Error)];
    }

    public static Task<Said> Template(int version, IEnumerable<string> arguments) =>
        Tool.Run(Path(version), ["template", Release, Checkout.Chart, "--namespace", Namespace, .. arguments]);

    public static string[] ApisOf(string scenario) => scenario == "everything-on" ? ApiFlags(AllApis) : [];

    public static string[] ApiFlags(IEnumerable<string> apis) => [.. apis.SelectMany(api => new[] { "--api-versions", api })];

    private static IEnumerable<string> Sets(IEnumerable<string> sets) => sets.SelectMany(set => new[] { "--set-json", set });
}
