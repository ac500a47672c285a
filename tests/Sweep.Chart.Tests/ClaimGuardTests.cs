using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>
/// An upgrade that would change a StatefulSet's claims is refused while nothing is changed yet. Helm asks a server that knows of one
/// StatefulSet, in the words of Kubernetes' API.
/// </summary>
public class ClaimGuardTests
{
    [ToolTheory]
    [InlineData(3, "50Gi", "", null)]
    [InlineData(4, "50Gi", "", null)]
    [InlineData(3, "60Gi", "", "The size of the claims of StatefulSet rel-sweep-worker cannot be changed by an upgrade: it is 50Gi, but worker.persistence.size is 60Gi.")]
    [InlineData(4, "60Gi", "", "The size of the claims of StatefulSet rel-sweep-worker cannot be changed by an upgrade: it is 50Gi, but worker.persistence.size is 60Gi.")]
    [InlineData(3, "50Gi", "faster", "The storage class of the claims of StatefulSet rel-sweep-worker cannot be changed by an upgrade: it is 'fast', but worker.persistence.storageClass is 'faster'.")]
    public async Task ChangedClaims_AreRefused(int version, string size, string storageClass, string? refusal)
    {
        using var cluster = new SmallApiServer("rel-sweep-worker", "50Gi", "fast");
        using var folder = new Folder();
        var said = await Helm.Template(version,
        [
            "-f", Helm.ValuesOf("default"), "--dry-run=server", "--disable-openapi-validation", "--kubeconfig", folder.Write("kubeconfig", cluster.Kubeconfig),
            "--set", $"worker.persistence.size={size},worker.persistence.storageClass={storageClass}",
        ]);
        Assert.Contains(cluster.Asked, path => path.EndsWith("/statefulsets/rel-sweep-worker", StringComparison.Ordinal));
        if (refusal is null)
        {
            said.Good();
        }
        else
        {
            Assert.NotEqual(0, said.ExitCode);
            Assert.Contains(refusal, said.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Knows its version, its kinds and one StatefulSet; whatever else is asked for is not there.</summary>
    private sealed class SmallApiServer : IDisposable
    {
        private readonly HttpListener _listener;
        private readonly Dictionary<string, JsonObject> _answers;
        private readonly List<string> _asked = [];
        private readonly string _address;

        public SmallApiServer(string name, string size, string storageClass)
        {
            (_listener, _address) = Listen();
            _answers = new Dictionary<string, JsonObject>
            {
                ["/version"] = new() { ["major"] = "1", ["minor"] = "30", ["gitVersion"] = "v1.30.0" },
                ["/api"] = new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
                ["/apis"] = new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray(Group("apps"), Group("policy"), Group("networking.k8s.io")) },
                ["/api/v1"] = Resources("v1", ("pods", "Pod"), ("services", "Service"), ("serviceaccounts", "ServiceAccount"), ("persistentvolumeclaims", "PersistentVolumeClaim")),
                ["/apis/apps/v1"] = Resources("apps/v1", ("statefulsets", "StatefulSet"), ("deployments", "Deployment")),
                ["/apis/policy/v1"] = Resources("policy/v1", ("poddisruptionbudgets", "PodDisruptionBudget")),
                ["/apis/networking.k8s.io/v1"] = Resources("networking.k8s.io/v1", ("networkpolicies", "NetworkPolicy")),
                [$"/apis/apps/v1/namespaces/{Helm.Namespace}/statefulsets/{name}"] = StatefulSet(name, size, storageClass),
            };
            _ = Serve();
        }

        public string Kubeconfig => $$"""
            apiVersion: v1
            kind: Config
            current-context: small
            clusters: [{ name: small, cluster: { server: "{{_address}}" } }]
            contexts: [{name: small, context: {cluster: small, user: nobody } }]
            users: [{name: nobody, user: {} }]
            """;

        public IReadOnlyList<string> Asked
        {
            get
            {
                lock (_asked)
                {
                    return [.. _asked];
                }
            }
        }

        public void Dispose() => _listener.Close();

        private static (HttpListener Listener, string Address) Listen()
        {
            // A listener has no port 0, so a free one is taken from the system; another may have taken it meanwhile.
            for (var attempt = 0; ; attempt++)
            {
                using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
                probe.Stop();
                var listener = new HttpListener { Prefixes = { address } };
                try
                {
                    listener.Start();
                    return (listener, address);
                }
                catch (HttpListenerException) when (attempt < 10)
                {
                    listener.Close();
                }
            }
        }

        private async Task Serve()
        {
            try
            {
                while (_listener.IsListening)
                {
                    await Answer(await _listener.GetContextAsync());
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task Answer(HttpListenerContext context)
        {
            var path = context.Request.Url!.AbsolutePath.TrimEnd('/');
            lock (_asked)
            {
                _asked.Add(path);
            }

            if (!_answers.TryGetValue(path, out var answer))
            {
                context.Response.StatusCode = 404;
                answer = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["reason"] = "NotFound", ["code"] = 404, ["message"] = $"{path} not found" };
            }

            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()));
            context.Response.Close();
        }

        private static JsonObject Group(string name)
        {
            JsonObject Version() => new() { ["groupVersion"] = $"{name}/v1", ["version"] = "v1" };
            return new JsonObject { ["name"] = name, ["versions"] = new JsonArray(Version()), ["preferredVersion"] = Version() };
        }

        private static JsonObject Resources(string groupVersion, params (string Plural, string Kind)[] kinds) => new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = groupVersion,
            ["resources"] = new JsonArray([.. kinds.Select(kind => new JsonObject
            {
                ["name"] = kind.Plural,
                ["singularName"] = kind.Kind.ToLowerInvariant(),
                ["namespaced"] = true,
                ["kind"] = kind.Kind,
                ["verbs"] = new JsonArray("get", "list", "create", "update", "patch", "delete"),
            })]),
        };

        private static JsonObject StatefulSet(string name, string size, string storageClass) => new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "StatefulSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = Helm.Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "Helm" },
                ["annotations"] = new JsonObject { ["meta.helm.sh/release-name"] = Helm.Release, ["meta.helm.sh/release-namespace"] = Helm.Namespace },
            },
            ["spec"] = new JsonObject
            {
                ["volumeClaimTemplates"] = new JsonArray(new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = "state" },
                    ["spec"] = new JsonObject
                    {
                        ["storageClassName"] = storageClass,
                        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } },
                    },
                }),
            },
        };
    }
}
