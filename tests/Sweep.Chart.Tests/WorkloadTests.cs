using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>The two workloads of one cluster: what stays over upgrades, what scales, what is spared.</summary>
public class WorkloadTests
{
    public static TheoryData<string> Scenarios => new(Helm.Scenarios);

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Selectors_AreThreeLabels_ThatPodsHave(string scenario)
    {
        foreach (var silo in PodTests.Silos(await Helm.Manifests(scenario)))
        {
            var selector = (silo.At("spec.selector.matchLabels") as JsonObject)!;
            Assert.Equal(["app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/name"], selector.Select(label => label.Key).Order());
            Assert.All(selector, label => Assert.Equal(label.Value!.ToString(), silo.Text($"spec.template.metadata.labels.'{label.Key}'")));
        }
    }

    [ToolFact]
    public async Task Selectors_DoNotChange_WithVersionsLabelsAndImages()
    {
        var before = PodTests.Silos(await Helm.Manifests("default"));
        var after = PodTests.Silos(await Helm.ManifestsWith("default", """commonLabels={"team":"a"}""", """worker.image.tag="9.9.9" """, """control.podLabels={"x":"y"}"""));
        Assert.Equal(before.Select(silo => silo.At("spec.selector")!.ToJsonString()), after.Select(silo => silo.At("spec.selector")!.ToJsonString()));
        Assert.Equal(
            before.Select(silo => silo.At("spec.volumeClaimTemplates")!.ToJsonString()),
            after.Select(silo => silo.At("spec.volumeClaimTemplates")!.ToJsonString()));
    }

    [ToolFact]
    public async Task Control_IsADeploymentThatSurges_OrThePrimaryWithItsClaim()
    {
        var deployment = Named(await Helm.Manifests("gpu-azure"), "Deployment", "rel-sweep-control");
        Assert.Equal("""{"maxUnavailable":0,"maxSurge":1}""", deployment.At("spec.strategy.rollingUpdate")!.ToJsonString());
        Assert.Equal(2, deployment.Number("spec.replicas"));
        var primary = Named(await Helm.Manifests("default"), "StatefulSet", "rel-sweep-control");
        Assert.Equal(1, primary.Number("spec.replicas"));
        Assert.Equal("Retain", primary.Text("spec.persistentVolumeClaimRetentionPolicy.whenDeleted"));
        Assert.Equal("10Gi", primary.Text("spec.volumeClaimTemplates.0.spec.resources.requests.storage"));
        Assert.Equal("files", primary.Environment["SWEEP_GRAIN_STORAGE"]);
    }

    [ToolFact]
    public async Task Workers_StartAtOnce_AndKeepTheirClaimsAsAsked()
    {
        var manifests = await Helm.Manifests("everything-on");
        var worker = Named(manifests, "StatefulSet", "team-a-sweep-worker");
        Assert.Equal("Parallel", worker.Text("spec.podManagementPolicy"));
        Assert.Equal("""{"whenDeleted":"Retain","whenScaled":"Delete"}""", worker.At("spec.persistentVolumeClaimRetentionPolicy")!.ToJsonString());
        Assert.Equal("fast", worker.Text("spec.volumeClaimTemplates.0.spec.storageClassName"));
        Assert.Contains(manifests, manifest => manifest.Kind == "Service" && manifest.Name == worker.Text("spec.serviceName") && manifest.Text("spec.clusterIP") == "None");
        Assert.Equal("compute,utility", worker.Environment["NVIDIA_DRIVER_CAPABILITIES"]);
        Assert.Equal("/data:/var/lib/sweep/state/data", worker.Environment["SWEEP_DATA"]);
        Assert.Equal(["data-cifar-10", "data-cifar-100", "check"], Manifest.List(worker.PodSpec, "initContainers").Select(container => container["name"]!.ToString()));
    }

    [ToolFact]
    public async Task CpuWorkers_AskForNoGpu_AndUseTheCoresTheyRequested()
    {
        var worker = Named(await Helm.Manifests("cpu-only"), "StatefulSet", "rel-sweep-worker");
        Assert.Equal("cpu", worker.Environment["SWEEP_DEVICE"]);
        Assert.Contains("requests.cpu", worker.Environment["SWEEP_THREADS"]);
        Assert.False(worker.Environment.ContainsKey("NVIDIA_DRIVER_CAPABILITIES"));
        Assert.Null(Manifest.At(worker.PodSpec, "runtimeClassName"));
    }

    [ToolFact]
    public async Task Autoscaling_LeavesReplicasToKeda_AndScalesInSlowly()
    {
        var manifests = await Helm.Manifests("everything-on");
        Assert.Null(Named(manifests, "StatefulSet", "team-a-sweep-worker").At("spec.replicas"));
        Assert.DoesNotContain(manifests, manifest => manifest.Kind == "HorizontalPodAutoscaler");
        var scaled = Named(manifests, "ScaledObject", "team-a-sweep-worker");
        Assert.Equal(0, scaled.Number("spec.minReplicaCount"));
        Assert.Equal("team-a-sweep-worker", scaled.Text("spec.scaleTargetRef.name"));
        var grace = Named(manifests, "StatefulSet", "team-a-sweep-worker").Number("spec.template.spec.terminationGracePeriodSeconds");
        Assert.True(scaled.Number("spec.cooldownPeriod") > grace);
        Assert.Equal($$"""[{"type":"Pods","value":1,"periodSeconds":{{grace}}}]""", scaled.At("spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies")!.ToJsonString());
        var query = scaled.Text("spec.triggers.0.metadata.query")!;
        Assert.Equal(
            """sum(max by (kind) (sweep_queue_depth{namespace="pruning",pod=~"team-a-sweep-control-.*"})) + sum(max by (kind) (sweep_stages_running{namespace="pruning",pod=~"team-a-sweep-control-.*"}))""",
            query);
        var known = Checkout.Read("docs", "reference", "metrics.md");
        Assert.All(["sweep_queue_depth", "sweep_stages_running"], metric => Assert.Contains($"`{metric}`", known, StringComparison.Ordinal));
        using var folder = new Folder();
        var rule = new JsonObject { ["record"] = "sweep:stages", ["expr"] = query };
        var groups = new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "keda", ["rules"] = new JsonArray(rule) }) };
        var said = await Tool.Run(Tool.Promtool!, ["check", "rules", folder.Write("keda.yaml", groups.ToJsonString())]);
        Assert.Contains("1 rules found", said.Good());
    }

    [ToolFact]
    public async Task Replicas_AreSaid_WithoutAutoscaling_AndMayBeNone()
    {
        Assert.Equal(8, Named(await Helm.Manifests("gpu-postgres"), "StatefulSet", "rel-sweep-worker").Number("spec.replicas"));
        Assert.Equal(0, Named(await Helm.ManifestsWith("default", "worker.replicas=0"), "StatefulSet", "rel-sweep-worker").Number("spec.replicas"));
    }

    [ToolFact]
    public async Task DisruptionBudgets_SpareAllButOne()
    {
        var budgets = (await Helm.Manifests("gpu-postgres")).Where(manifest => manifest.Kind == "PodDisruptionBudget").ToList();
        Assert.Equal(["rel-sweep-control", "rel-sweep-worker"], budgets.Select(budget => budget.Name));
        Assert.Equal(2, budgets[0].Number("spec.minAvailable"));
        Assert.Equal(1, budgets[1].Number("spec.maxUnavailable"));

        // One control silo with a budget could never be moved.
        Assert.Equal(["rel-sweep-worker"], (await Helm.Manifests("default")).Where(manifest => manifest.Kind == "PodDisruptionBudget").Select(budget => budget.Name));
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Pods_AreSpreadOverHostsAndZones(string scenario)
    {
        foreach (var silo in PodTests.Silos(await Helm.Manifests(scenario)))
        {
            var spread = Manifest.List(silo.PodSpec, "topologySpreadConstraints").ToList();
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], spread.Select(each => each["topologyKey"]!.ToString()));
            Assert.All(spread, each => Assert.Equal(silo.At("spec.selector.matchLabels")!.ToJsonString(), Manifest.At(each, "labelSelector.matchLabels")!.ToJsonString()));
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Names_FitOneAnother_AndPodsNames(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        Assert.Equal(manifests.Count, manifests.Select(manifest => (manifest.Kind, manifest.Name)).Distinct().Count());
        Assert.All(manifests, manifest => Assert.Equal(Helm.Namespace, manifest.Text("metadata.namespace")));
        var accounts = manifests.Where(manifest => manifest.Kind == "ServiceAccount").Select(account => account.Name);
        Assert.All(PodTests.Silos(manifests), silo => Assert.Contains(Manifest.At(silo.PodSpec, "serviceAccountName")!.ToString(), accounts));
    }

    [ToolFact]
    public async Task LongNames_StillFitPodsAndTheirLabels()
    {
        var longest = new string('a', 53);
        var said = await Tool.Run(Helm.Path(3), ["template", longest, Checkout.Chart, "-f", Helm.ValuesOf("default")]);
        foreach (var manifest in Manifest.ParseAll(said.Good()))
        {
            Assert.True(manifest.Name.Length <= 52, $"{manifest.Kind} {manifest.Name} must be short enough for a pod's revision label, but has {manifest.Name.Length} characters.");
        }
    }

    [ToolFact]
    public async Task WorkloadIdentity_NeedsNoSecret()
    {
        var manifests = await Helm.Manifests("gpu-azure");
        var account = manifests.Single(manifest => manifest.Kind == "ServiceAccount");
        Assert.Equal("00000000-0000-0000-0000-000000000000", account.Text("metadata.annotations.'azure.workload.identity/client-id'"));
        foreach (var silo in PodTests.Silos(manifests))
        {
            Assert.Equal("true", silo.Text("spec.template.metadata.labels.'azure.workload.identity/use'"));
            Assert.Equal("https://sweepresults.blob.core.windows.net", silo.Environment["SWEEP_AZURE"]);
            Assert.Equal(["sweep-tokens"], Manifest.List(silo.PodSpec, "volumes").Select(volume => Manifest.At(volume, "secret.secretName")?.ToString()).Where(name => name is not null));
        }
    }

    [ToolFact]
    public async Task TextOfPods_MayBeTemplates()
    {
        var control = Named(await Helm.Manifests("everything-on"), "Deployment", "team-a-sweep-control");
        Assert.Equal("rel", control.Text("spec.template.metadata.annotations.'example.com/release'"));
        Assert.Equal("sweep-control", control.Text("spec.template.metadata.labels.'example.com/tier'"));
    }

    internal static Manifest Named(IEnumerable<Manifest> manifests, string kind, string name) =>
        manifests.Single(manifest => manifest.Kind == kind && manifest.Name == name);
}
