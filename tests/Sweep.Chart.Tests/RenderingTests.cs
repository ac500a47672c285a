using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>Both helm binaries take the chart, and make the same of it, whatever the cluster.</summary>
public class RenderingTests
{
    public static TheoryData<string> Scenarios => new(Helm.Scenarios);

    [Fact]
    public void Scenarios_AreAllFilesOfTheFolder() => Assert.Equal(
        Helm.Scenarios.Order(),
        Directory.GetFiles(Path.Combine(Checkout.Chart, "ci")).Select(path => Path.GetFileName(path).Replace("-values.yaml", "", StringComparison.Ordinal)).Order());

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Lint_HasNothingToSay(string scenario)
    {
        // Lint cannot be told of a cluster's operators: what needs one is rendered elsewhere.
        string[] without = scenario == "everything-on"
            ? ["--set", "autoscaling.enabled=false,alerts.enabled=false,dashboards.grafanaOperator=false,httpRoute.enabled=false,metrics.scrape=annotations"]
            : [];
        foreach (var version in new[] { 3, 4 })
        {
            var said = await Tool.Run(Helm.Path(version), ["lint", "--strict", Checkout.Chart, "-f", Helm.ValuesOf(scenario), .. without]);
            Assert.Contains("1 chart(s) linted, 0 chart(s) failed", said.Good());
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Rendering_IsTheSame_ByBothHelms_ForEveryKubernetes(string scenario)
    {
        foreach (var kube in Helm.KubeVersions)
        {
            var three = Helm.Rendered(scenario, kube, 3);
            Assert.Equal(await three, await Helm.Rendered(scenario, kube, 4));
            Assert.Equal(await Helm.Rendered(scenario), await three);
        }
    }

    [ToolFact]
    public async Task OlderKubernetes_IsRefused()
    {
        var said = await Helm.Template(3, ["-f", Helm.ValuesOf("default"), "--kube-version", "1.26.9"]);
        Assert.NotEqual(0, said.ExitCode);
        Assert.Contains("chart requires kubeVersion: >=1.27.0-0", said.Error);
    }

    [ToolFact]
    public async Task Manifests_AreOfKubernetesTypes_WithoutUnknownKeys()
    {
        using var folder = new Folder();
        List<string> files = [];
        foreach (var scenario in Helm.Scenarios)
        {
            files.Add(folder.Write($"{scenario}.yaml", await Helm.Rendered(scenario)));
        }

        files.Add(folder.Write("service-monitor.yaml", (await Helm.Template(
            3, ["-f", Helm.ValuesOf("default"), .. Helm.ApiFlags(Helm.AllApis), "--set", "metrics.scrape=serviceMonitor"])).Good()));
        files.Add(folder.Write("development.yaml", (await Helm.Template(3, ["-f", Path.Combine(Checkout.Tests, "development-values.yaml")])).Good()));
        var answer = await Check(files);
        Assert.Equal([], Texts(answer, "faults"));

        // Their types are not published as packages that this project knows; EntranceTests looks at their keys.
        Assert.Equal(["gateway.networking.k8s.io/v1/HTTPRoute", .. DashboardKinds()], Texts(answer, "untyped"));
        Assert.True(answer["checked"]!.GetValue<int>() > 40);
    }

    [ToolFact]
    public async Task TypeCheck_SeesAWrongKeyAndAWrongType()
    {
        using var folder = new Folder();
        var file = folder.Write("broken.yaml", """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: { name: misspelt }
            spec: { maxUnavalable: 1 }
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: mistyped }
            spec: { ports: [{ port: eighty }] }
            """);
        var faults = Texts(await Check([file]), "faults");
        Assert.Contains(faults, fault => fault.Contains("PodDisruptionBudget/misspelt", StringComparison.Ordinal) && fault.Contains("'\"maxUnavalable\"' does not exist", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Service/mistyped: data/spec/ports/0/port must be integer", StringComparison.Ordinal));
    }

    private static string[] DashboardKinds() =>
        Directory.Exists(Path.Combine(Checkout.Chart, "dashboards")) && Directory.GetFiles(Path.Combine(Checkout.Chart, "dashboards"), "*.json").Length > 0
            ? ["grafana.integreatly.org/v1beta1/GrafanaDashboard"] : [];

    private static async Task<JsonNode> Check(IEnumerable<string> files) =>
        JsonNode.Parse((await Tool.Run(Tool.Node!, [Path.Combine(Checkout.Tests, "check-manifests.mjs"), Checkout.Tools, .. files])).Good())!;

    private static string[] Texts(JsonNode answer, string name) => [.. answer[name]!.AsArray().Select(each => each!.ToString())];
}
