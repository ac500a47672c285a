using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>Ports, the services before them, and the policies about them agree.</summary>
public class NetworkTests
{
    public static TheoryData<string> Scenarios => new(Helm.Scenarios);

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Ports_AreTheSame_InSettingsContainersServicesAndPolicies(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        foreach (var silo in PodTests.Silos(manifests))
        {
            var ports = Manifest.List(silo.Silo, "ports").ToDictionary(port => port["name"]!.ToString(), port => port["containerPort"]!.GetValue<int>());
            Assert.All(ports.Values, port => Assert.InRange(port, 1024, 65535));
            Assert.Equal(ports["silo"].ToString(), silo.Environment["SWEEP_SILO_PORT"]);
            Assert.Equal(ports["gateway"].ToString(), silo.Environment["SWEEP_GATEWAY_PORT"]);
            Assert.Equal($"0.0.0.0:{ports["http"]}", silo.Environment["SWEEP_HTTP"]);
            Assert.Equal($"0.0.0.0:{ports["metrics"]}", silo.Environment["SWEEP_METRICS"]);
        }

        // Services and policies say ports by name, and the names are containers' ports.
        var named = manifests.Where(manifest => manifest.Kind == "Service").SelectMany(service => Manifest.List(service.Root, "spec.ports")).Select(port => port["targetPort"]!.ToString())
            .Concat(Policies(manifests).SelectMany(policy => Manifest.List(policy.Root, "spec.ingress")).SelectMany(rule => Manifest.List(rule, "ports")).Select(port => port["port"]!.ToString()));
        Assert.Subset(new HashSet<string> { "http", "silo", "gateway", "metrics" }, named.ToHashSet());
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Services_FindTheirPods(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        var silos = PodTests.Silos(manifests);
        foreach (var service in manifests.Where(manifest => manifest.Kind == "Service"))
        {
            var selected = silos.Where(silo => Selects(service.At("spec.selector"), silo)).Select(silo => silo.Component);
            Assert.Equal(service.Name.EndsWith("-silos", StringComparison.Ordinal) ? ["control", "worker"] : ["control"], selected.Order());
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task SiloPort_IsForSilosOfTheRelease_AndTheGatewayForNobodyUnnamed(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        var policy = Policies(manifests).Single(each => each.Name.EndsWith("-silos", StringComparison.Ordinal));
        Assert.All(PodTests.Silos(manifests), silo => Assert.True(Selects(policy.At("spec.podSelector.matchLabels"), silo)));
        Assert.Equal(["Ingress", "Egress"], Manifest.List(policy.Root, "spec.policyTypes").Select(type => type.ToString()));
        var silo = Rule(policy, "silo")!;
        var peer = Assert.Single(Manifest.List(silo, "from"));
        Assert.Equal(policy.At("spec.podSelector")!.ToJsonString(), peer["podSelector"]!.ToJsonString());
        Assert.Null(peer["namespaceSelector"]);
        Assert.Equal(scenario == "everything-on", Rule(policy, "gateway") is not null);
        Assert.NotEmpty(Manifest.List(Rule(policy, "metrics"), "from"));
        Assert.Null(Rule(policy, "http"));
        Assert.Contains(Manifest.List(policy.Root, "spec.egress"), rule => Manifest.List(rule, "ports").Any(port => port["port"]!.ToString() == "53"));
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Http_IsOpenToTheTestPod(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        var policy = Policies(manifests).Single(each => each.Name.EndsWith("-http", StringComparison.Ordinal));
        var test = manifests.Single(manifest => manifest.Kind == "Pod");
        Assert.Contains(Manifest.List(Rule(policy, "http"), "from"), peer =>
            peer["namespaceSelector"] is null && (Manifest.At(peer, "podSelector.matchLabels") as JsonObject ?? []).All(label =>
                test.Text($"metadata.labels.'{label.Key}'") == label.Value!.ToString()));
    }

    [ToolFact]
    public async Task PostgresPort_IsLeft_WhereNothingElseIsSaid()
    {
        var ports = (await Helm.ManifestsWith("gpu-postgres", "networkPolicy.storageTo=[]")).Single(manifest => manifest.Kind == "NetworkPolicy" && manifest.Name == "rel-sweep-silos");
        Assert.Contains(Manifest.List(ports.Root, "spec.egress"), rule => Manifest.List(rule, "ports").Any(port => port["port"]!.ToString() == "5432"));
        var named = Policies(await Helm.Manifests("gpu-postgres")).Single(each => each.Name == "rel-sweep-silos");
        Assert.DoesNotContain(Manifest.List(named.Root, "spec.egress"), rule => Manifest.List(rule, "ports").Any(port => port["port"]!.ToString() == "443"));
    }

    [ToolFact]
    public async Task Entrances_LeadToHttp_AndNeverToMetrics()
    {
        var manifests = await Helm.Manifests("everything-on");
        var ingress = WorkloadTests.Named(manifests, "Ingress", "team-a-sweep");
        Assert.Equal(["sweep.example.com", "sweep.example.org"], Manifest.List(ingress.Root, "spec.rules").Select(rule => rule["host"]!.ToString()));
        Assert.Equal("sweep-certificate", ingress.Text("spec.tls.0.secretName"));
        Assert.Equal("""{"name":"team-a-sweep","port":{"name":"http"}}""", ingress.At("spec.rules.0.http.paths.0.backend.service")!.ToJsonString());

        // No published TypeScript types for this kind: these are all keys that it may have here.
        var route = WorkloadTests.Named(manifests, "HTTPRoute", "team-a-sweep");
        Assert.Equal(
            """{"parentRefs":[{"name":"public","namespace":"gateways","sectionName":"https"}],"hostnames":["sweep.example.net"],"rules":[{"matches":[{"path":{"type":"PathPrefix","value":"/"}}],"backendRefs":[{"name":"team-a-sweep","port":443}],"timeouts":{"request":"0s"}}]}""",
            route.At("spec")!.ToJsonString());
        var service = WorkloadTests.Named(manifests, "Service", "team-a-sweep");
        Assert.Equal(["http"], Manifest.List(service.Root, "spec.ports").Select(port => port["targetPort"]!.ToString()));
    }

    private static IEnumerable<Manifest> Policies(IEnumerable<Manifest> manifests) => manifests.Where(manifest => manifest.Kind == "NetworkPolicy");

    private static JsonNode? Rule(Manifest policy, string port) =>
        Manifest.List(policy.Root, "spec.ingress").SingleOrDefault(rule => Manifest.List(rule, "ports").Any(each => each["port"]!.ToString() == port));

    private static bool Selects(JsonNode? selector, Manifest silo) =>
        (selector as JsonObject)!.All(label => silo.Text($"spec.template.metadata.labels.'{label.Key}'") == label.Value!.ToString());
}
