using System.Text.Json.Nodes;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;

namespace Sweep.Chart.Tests;

/// <summary>What every pod of every scenario keeps to.</summary>
public class PodTests
{
    public static TheoryData<string> Scenarios => new(Helm.Scenarios);

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Pods_FitARestrictedNamespace_TestsToo(string scenario)
    {
        var pods = Pods(await Helm.Manifests(scenario));
        Assert.Equal(3, pods.Count);
        foreach (var pod in pods)
        {
            var context = Manifest.At(pod.PodSpec, "securityContext")!;
            Assert.Equal(
                """{"runAsNonRoot":true,"runAsUser":1654,"runAsGroup":1654,"fsGroup":1654,"fsGroupChangePolicy":"OnRootMismatch","seccompProfile":{"type":"RuntimeDefault"}}""",
                context.ToJsonString());
            Assert.Equal("false", Manifest.At(pod.PodSpec, "automountServiceAccountToken")?.ToString());
            Assert.Equal("false", Manifest.At(pod.PodSpec, "enableServiceLinks")?.ToString());
            Assert.All(["hostNetwork", "hostPID", "hostIPC"], host => Assert.Null(Manifest.At(pod.PodSpec, host)));
            Assert.All(pod.Containers, container => Assert.Equal(
                """{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}""",
                container["securityContext"]!.ToJsonString()));
            Assert.DoesNotContain(Manifest.List(pod.PodSpec, "volumes"), volume => volume["hostPath"] is not null);
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Containers_SayWhatTheyNeed(string scenario)
    {
        foreach (var container in Pods(await Helm.Manifests(scenario)).SelectMany(pod => pod.Containers))
        {
            Assert.All(["requests.cpu", "requests.memory", "limits.memory"], key => Assert.NotNull(Manifest.At(container, $"resources.{key}")));

            // A limit throttles, and a throttled silo misses membership probes.
            Assert.Null(Manifest.At(container, "resources.limits.cpu"));
            Assert.Contains(Manifest.List(container, "volumeMounts"), mount => mount["mountPath"]!.ToString() == "/tmp");
            var image = container["image"]!.ToString();
            Assert.Matches("^[a-z0-9./-]+:[0-9][A-Za-z0-9._-]*(@sha256:[a-f0-9]{64})?$", image);
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Mounts_HaveVolumes_AndVolumesAreMounted(string scenario)
    {
        foreach (var pod in Pods(await Helm.Manifests(scenario)))
        {
            var volumes = Manifest.List(pod.PodSpec, "volumes").Select(volume => volume["name"]!.ToString())
                .Concat(Manifest.List(pod.At("spec"), "volumeClaimTemplates").Select(claim => Manifest.At(claim, "metadata.name")!.ToString()))
                .ToList();
            var mounts = pod.Containers.SelectMany(container => Manifest.List(container, "volumeMounts")).Select(mount => mount["name"]!.ToString()).Distinct();
            Assert.Equal(volumes.Order(), mounts.Order());
            Assert.Equal(volumes.Count, volumes.Distinct().Count());
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Silos_HaveThreeProbes_OnANamedPort(string scenario)
    {
        var manifests = await Helm.Manifests(scenario);
        foreach (var silo in Silos(manifests))
        {
            Assert.Equal(["gateway", "http", "metrics", "silo"], Manifest.List(silo.Silo, "ports").Select(port => port["name"]!.ToString()).Order());
            Assert.Equal("/health/startup http", Probe(silo, "startup"));
            Assert.Equal("/health/ready http", Probe(silo, "readiness"));
            var startup = Manifest.At(silo.Silo, "startupProbe")!;
            Assert.True(startup["periodSeconds"]!.GetValue<int>() * startup["failureThreshold"]!.GetValue<int>() >= 300, "A start must have five minutes.");

            // A worker of a primary finds it by a fresh start alone; everybody else is not restarted for anybody's outage.
            var joins = silo.Environment.ContainsKey("SWEEP_JOIN");
            Assert.Equal(joins ? "/health/ready http" : "/health/live http", Probe(silo, "liveness"));
            if (joins)
            {
                var liveness = Manifest.At(silo.Silo, "livenessProbe")!;
                Assert.True(liveness["periodSeconds"]!.GetValue<int>() * liveness["failureThreshold"]!.GetValue<int>() >= 300, "A primary must have five minutes to come back.");
            }
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Silos_AreChecked_WithTheSettingsTheyGet(string scenario)
    {
        foreach (var silo in Silos(await Helm.Manifests(scenario)))
        {
            var check = Manifest.List(silo.PodSpec, "initContainers").Last();
            Assert.Equal("""["--check"]""", check["args"]!.ToJsonString());
            Assert.Equal(silo.Silo["image"]!.ToString(), check["image"]!.ToString());
            Assert.Equal(silo.Silo["env"]!.ToJsonString(), check["env"]!.ToJsonString());
        }
    }

    [ToolFact]
    public async Task Https_IsServedProbedAndTested()
    {
        var manifests = await Helm.Manifests("everything-on");
        foreach (var silo in Silos(manifests))
        {
            Assert.All(["startup", "readiness", "liveness"], probe => Assert.Equal("HTTPS", Manifest.At(silo.Silo, $"{probe}Probe.httpGet.scheme")!.ToString()));
            Assert.Equal("/etc/sweep/https/tls.crt", silo.Environment["SWEEP_HTTPS_CERTIFICATE"]);
            Assert.Contains(Manifest.List(silo.PodSpec, "volumes"), volume => Manifest.At(volume, "secret.secretName")?.ToString() == "sweep-https");
        }

        var test = manifests.Single(manifest => manifest.Kind == "Pod");
        Assert.Contains("https://$HOST", Manifest.At(test.Root, "spec.containers.0.args.0")!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("--insecure", Manifest.At(test.Root, "spec.containers.0.args.0")!.ToString(), StringComparison.Ordinal);
        Assert.Equal("443", WorkloadTests.Named(manifests, "Service", "team-a-sweep").Text("spec.ports.0.port"));
    }

    [ToolFact]
    public async Task SiloTls_IsMountedOnEverySiloAndItsCheck()
    {
        foreach (var silo in Silos(await Helm.Manifests("everything-on")))
        {
            Assert.Equal(
                ["/etc/sweep/silo-tls/tls.crt", "/etc/sweep/silo-tls/tls.key", "/etc/sweep/silo-tls/ca.crt"],
                new[] { "CERTIFICATE", "KEY", "CA" }.Select(file => silo.Environment["SWEEP_SILO_TLS_" + file]));
            Assert.Contains(Manifest.List(silo.PodSpec, "volumes"), volume => Manifest.At(volume, "secret.secretName")?.ToString() == "sweep-silo-tls");
            var check = Manifest.List(silo.PodSpec, "initContainers").Single(container => container!["name"]!.ToString() == "check")!;
            Assert.All([silo.Silo, check], container => Assert.Contains(Manifest.List(container, "volumeMounts"), mount => mount!["mountPath"]!.ToString() == "/etc/sweep/silo-tls"));
        }

        foreach (var silo in Silos(await Helm.Manifests("default")))
        {
            Assert.DoesNotContain("SWEEP_SILO_TLS_CA", silo.Environment.Keys);
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Variables_AreThoseOfASilo_AndItTakesThem(string scenario)
    {
        foreach (var silo in Silos(await Helm.Manifests(scenario)))
        {
            var variables = silo.Environment;
            Assert.Equal([], variables.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal)).Except(SiloFlags.Known.Select(flag => flag.Variable)));

            // As the pod would see them.
            using var folder = new Folder();
            var azure = folder.Write("azure", "UseDevelopmentStorage=true");
            var postgres = folder.Write("postgres", "Host=somewhere");
            var seen = variables.ToDictionary(pair => pair.Key, pair => pair.Value switch
            {
                "@/etc/sweep/azure/connection" => "@" + azure,
                "@/etc/sweep/postgres/connection" => "@" + postgres,
                var reference when reference.Contains("metadata.name", StringComparison.Ordinal) => silo.Name + "-0",
                var reference when reference.Contains("status.podIP", StringComparison.Ordinal) => "10.1.2.3",
                var reference when reference.Contains("requests.cpu", StringComparison.Ordinal) => "4",
                var value => value,
            });
            if (seen.ContainsKey("SWEEP_DATA"))
            {
                seen["SWEEP_DATA"] = folder.Path;
            }

            if (seen.TryGetValue("SWEEP_JOIN", out var primary))
            {
                Assert.Equal($"rel-sweep-control-0.rel-sweep-silos.{Helm.Namespace}.svc:{seen["SWEEP_SILO_PORT"]}", primary);
                seen["SWEEP_JOIN"] = "10.1.2.4:11111";
            }

            var settings = SiloSettingsReader.Read([], seen, defaultFile: null);
            Assert.Equal(silo.Component, settings.Cluster.Role.ToString().ToLowerInvariant());
            Assert.Equal(silo.Name + "-0", settings.Name);
            Assert.Equal("10.1.2.3", settings.Cluster.Reached.ToString());

            // Kubernetes kills a silo only after the silo itself would have given up.
            var grace = TimeSpan.FromSeconds(silo.Number("spec.template.spec.terminationGracePeriodSeconds"));
            Assert.True(grace > OrderlyStop.Limit(settings), $"{silo.Name} must have more than {OrderlyStop.Limit(settings)}, but has {grace}.");
        }
    }

    [ToolTheory]
    [MemberData(nameof(Scenarios))]
    public async Task Gpus_AreWorkersAlone(string scenario)
    {
        var gpus = Pods(await Helm.Manifests(scenario)).SelectMany(pod => pod.Containers.Select(container =>
            (pod.Component, Name: container["name"]!.ToString(), Gpus: (Manifest.At(container, "resources.limits") as JsonObject)!.Where(limit => limit.Key.Contains("nvidia.com", StringComparison.Ordinal)).ToList())));
        Assert.All(gpus, each => Assert.Equal(each is { Component: "worker", Name: "silo" } && scenario != "cpu-only" ? 1 : 0, each.Gpus.Count));
    }

    [ToolFact]
    public async Task Secrets_AreNotMade_WithoutTheFlag()
    {
        foreach (var scenario in Helm.Scenarios)
        {
            Assert.DoesNotContain(await Helm.Manifests(scenario), manifest => manifest.Kind == "Secret");
        }
    }

    [ToolFact]
    public async Task DevelopmentSecrets_HoldDigestsOfTokens()
    {
        var manifests = Manifest.ParseAll((await Helm.Template(3, ["-f", Path.Combine(Checkout.Tests, "development-values.yaml")])).Good());
        var secrets = manifests.Where(manifest => manifest.Kind == "Secret").ToDictionary(secret => secret.Name);
        Assert.Equal(["rel-sweep-azure", "rel-sweep-postgres", "rel-sweep-test-token", "rel-sweep-tokens"], secrets.Keys.Order());
        var lines = secrets["rel-sweep-tokens"].Text("stringData.tokens")!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var entries = lines.Select(Grains.TokenEntry.Parse).ToList();
        Assert.Equal(["admin", "reader"], entries.Select(entry => entry.Name));
        Assert.Equal(Grains.TokenEntry.DigestOf("sweep_0123456789abcdef0123456789abcdef0123456789a"), entries[0].Digest);
        Assert.All(Silos(manifests), silo => Assert.NotNull(silo.Text("spec.template.metadata.annotations.'checksum/secrets'")));
    }

    private static List<Manifest> Pods(IEnumerable<Manifest> manifests) => [.. manifests.Where(manifest => Manifest.List(manifest.PodSpec, "containers").Any())];

    internal static List<Manifest> Silos(IEnumerable<Manifest> manifests) => [.. Pods(manifests).Where(manifest => manifest.Kind != "Pod")];

    private static string Probe(Manifest silo, string kind) =>
        $"{Manifest.At(silo.Silo, $"{kind}Probe.httpGet.path")} {Manifest.At(silo.Silo, $"{kind}Probe.httpGet.port")}";
}
