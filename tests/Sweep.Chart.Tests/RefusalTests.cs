namespace Sweep.Chart.Tests;

/// <summary>What is wrong is refused before anything reaches a cluster, with the rule and the value.</summary>
public class RefusalTests
{
    /// <summary>By the schema: both binaries name the place in words of their own.</summary>
    [ToolTheory]
    [InlineData("control.replicas=0", "control", "replicas")]
    [InlineData("control.replicas=\"two\"", "control", "replicas")]
    [InlineData("control.replica=2", "control", "replica")]
    [InlineData("worker.gpu.resourceName=\"gpu\"", "worker", "resourceName")]
    [InlineData("worker.image.tag=\"latest\"", "worker", "tag")]
    [InlineData("worker.image.digest=\"sha256:12\"", "worker", "digest")]
    [InlineData("worker.persistence.size=\"big\"", "worker", "size")]
    [InlineData("worker.tolerations=[{\"key\":\"a\",\"operator\":\"Exist\"}]", "worker", "operator")]
    [InlineData("worker.extraEnv=[{\"name\":\"SWEEP_ROLE\",\"value\":\"both\"}]", "worker", "extraEnv")]
    [InlineData("worker.resources.request={}", "worker", "request")]
    [InlineData("cluster.membership=\"consul\"", "cluster", "membership")]
    [InlineData("cluster.clusterId=\"Team A\"", "cluster", "clusterId")]
    [InlineData("cluster.lease=\"30\"", "cluster", "lease")]
    [InlineData("http.port=80", "http", "port")]
    [InlineData("metrics.scrape=\"both\"", "metrics", "scrape")]
    [InlineData("azure.blobEndpoint=\"http://a.blob.core.windows.net\"", "azure", "blobEndpoint")]
    [InlineData("development.insecureSecrets.tokens=[{\"name\":\"a\",\"token\":\"short\",\"scopes\":[\"read\"]}]", "development", "token")]
    [InlineData("unknown=true", "", "unknown")]
    public async Task Schema_Refuses(string set, string where, string what)
    {
        Assert.All(await Helm.Refusals("default", [], [set]), said =>
        {
            Assert.Contains("values don't meet the specifications of the schema", said, StringComparison.Ordinal);
            Assert.Contains(where, said, StringComparison.Ordinal);
            Assert.Contains(what, said, StringComparison.Ordinal);
        });
    }

    public static TheoryData<string, string[], string> Contradictions => new()
    {
        { "default", ["control.replicas=2"], "control.replicas must be 1 with cluster.membership primary, because the primary is one silo, but is 2." },
        { "gpu-azure", ["control.replicas=1"], "control.replicas must be at least 2 with cluster.membership azure, or the cluster rests while its one control silo is replaced, but is 1." },
        { "gpu-azure", ["storage.grains=\"files\""], "storage.grains must be azure or postgres with cluster.membership azure, because every control silo must reach it, but is files." },
        { "default", ["storage.grains=\"postgres\"", "postgres.existingSecret=\"p\""], "cluster.membership must not be primary when storage.grains is postgres" },
        { "gpu-azure", ["azure.existingSecret=\"both\""], "Exactly one of azure.existingSecret and azure.blobEndpoint must say how to reach Azure Storage when cluster.membership, storage.grains or storage.artifacts is azure, but 2 do." },
        { "gpu-azure", ["azure.blobEndpoint=\"\""], "storage.artifacts is azure, but 0 do." },
        { "default", ["storage.artifacts=\"azure\""], "storage.artifacts is azure, but 0 do." },
        { "gpu-azure", ["azure.workloadIdentity.clientId=\"\""], "azure.workloadIdentity.clientId must name the identity when azure.workloadIdentity.enabled is true, but is empty." },
        { "gpu-postgres", ["postgres.existingSecret=\"\""], "postgres.existingSecret must name the Secret with the connection string when cluster.membership or storage.grains is postgres" },
        { "default", ["tokens.existingSecret=\"\""], "tokens.existingSecret must name the Secret with the token file" },
        { "default", ["development.insecureSecrets.azure=\"AccountKey=x\""], "development.insecureSecrets must be empty unless development.allowInsecureSecrets is true, but holds secrets." },
        { "default", ["worker.terminationGracePeriodSeconds=260"], "worker.terminationGracePeriodSeconds must be more than 260, which is worker.drainSeconds and the 20 s in which the process ends, but is 260." },
        { "default", ["control.drainSeconds=60", "control.terminationGracePeriodSeconds=45"], "control.terminationGracePeriodSeconds must be more than 80, which is control.drainSeconds and the 20 s in which the process ends, but is 45." },
        { "default", ["ports.metrics=8080"], "http.port and ports.{silo,gateway,metrics} must be four different ports, but are 8080, 11111, 30000 and 8080." },
        { "default", ["ingress.enabled=true"], "ingress.tlsSecret must name the Secret with the certificate when ingress.enabled is true, because tokens must not travel in clear, but is empty." },
        { "default", ["tests.sweep.enabled=true"], "tests.existingSecret must name the Secret with a token when tests.sweep.enabled is true, but is empty." },
        { "default", ["autoscaling.enabled=true"], "autoscaling.enabled needs KEDA, but this cluster has no keda.sh/v1alpha1 ScaledObject." },
        { "default", ["metrics.scrape=\"podMonitor\""], "metrics.scrape podMonitor needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 PodMonitor." },
        { "default", ["metrics.scrape=\"serviceMonitor\""], "metrics.scrape serviceMonitor needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 ServiceMonitor." },
        { "default", ["alerts.enabled=true"], "alerts.enabled needs the Prometheus operator, but this cluster has no monitoring.coreos.com/v1 PrometheusRule." },
        { "default", ["dashboards.grafanaOperator=true"], "dashboards.grafanaOperator needs the Grafana operator, but this cluster has no grafana.integreatly.org/v1beta1 GrafanaDashboard." },
        { "default", ["httpRoute.enabled=true"], "httpRoute.enabled needs the Gateway API, but this cluster has no gateway.networking.k8s.io/v1 HTTPRoute." },
    };

    [ToolTheory]
    [MemberData(nameof(Contradictions))]
    public async Task Contradictions_AreNamed(string scenario, string[] sets, string message) =>
        Assert.All(await Helm.Refusals(scenario, [], sets), said => Assert.Contains(message, said, StringComparison.Ordinal));

    public static TheoryData<string[], string> ScalingContradictions => new()
    {
        { ["autoscaling.prometheusAddress=\"\""], "autoscaling.prometheusAddress must be the address of Prometheus when autoscaling.enabled is true, but is empty." },
        { ["autoscaling.minReplicas=20"], "autoscaling.maxReplicas must be at least autoscaling.minReplicas, which is 20, but is 16." },
        { ["autoscaling.cooldownSeconds=700"], "autoscaling.cooldownSeconds must be more than the workers' grace period, which is 700, but is 700." },
        { ["metrics.scrape=\"none\""], "metrics.scrape must not be none when autoscaling.enabled is true, because KEDA asks Prometheus for the queue." },
        { ["httpRoute.parentRefs=[]"], "httpRoute.parentRefs must name a Gateway when httpRoute.enabled is true, but is empty." },
    };

    [ToolTheory]
    [MemberData(nameof(ScalingContradictions))]
    public async Task ScalingContradictions_AreNamed(string[] sets, string message) =>
        Assert.All(await Helm.Refusals("everything-on", Helm.AllApis, sets), said => Assert.Contains(message, said, StringComparison.Ordinal));

    [ToolFact]
    public async Task Contradictions_AreAllNamedAtOnce()
    {
        var said = await Helm.Refusals("default", [], ["control.replicas=3", "tokens.existingSecret=\"\"", "ingress.enabled=true"]);
        Assert.All(["control.replicas must", "tokens.existingSecret must", "ingress.tlsSecret must"], rule => Assert.Contains(rule, said[0], StringComparison.Ordinal));
    }
}
