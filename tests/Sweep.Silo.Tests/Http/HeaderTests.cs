using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>What every answer tells a browser, and what it must not let others do.</summary>
public sealed class HeaderTests(PlayedCluster played) : IClassFixture<PlayedCluster>, IDisposable
{
    private const string Token = "sweep_headers";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<ServedHttp> Serve() =>
        ServedHttp.Start(played.Cluster, new HttpSettings { Tokens = _folder.Write("tokens", $"all {TokenEntry.DigestOf(Token)} admin\n") });

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/experiments/played", 200)]
    [InlineData("/experiments/nobody", 404)]
    [InlineData("/sign-in", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/api/v1/experiments", 200)]
    [InlineData("/api/v1/experiments/played/result", 200)]
    [InlineData("/api/v1/experiments/nobody", 404)]
    [InlineData("/nowhere", 404)]
    public async Task EveryAnswer_IsKeptNowhere_ShownInNoFrame_AndTakenForWhatItIs(string path, int status)
    {
        await using var served = await Serve();
        using var client = served.Client(Token);

        var answer = await client.GetAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        AssertGuarded(answer.Headers);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/queue")]
    public async Task Refusal_IsGuardedToo(string path)
    {
        await using var served = await Serve();
        using var client = served.Client();

        var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        AssertGuarded(answer.Headers);
    }

    [Fact]
    public async Task Report_RunsItsOwnScriptAlone()
    {
        await using var served = await Serve();
        using var client = served.Client(Token);

        var answer = await client.GetAsync("/experiments/played/report");
        var text = await answer.Content.ReadAsStringAsync();

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var script = text[(text.LastIndexOf("<script>", StringComparison.Ordinal) + "<script>".Length)..text.LastIndexOf("</script>", StringComparison.Ordinal)];
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Contains($"script-src 'sha256-{digest}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src 'sha256-{digest}'", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_RunsNothing()
    {
        await using var served = await Serve();
        using var client = served.Client();

        var answer = await client.GetAsync("/sign-in");

        Assert.DoesNotContain("script-src", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadSpec_IsRefusedFaultByFault()
    {
        await using var served = await Serve();
        using var client = served.Client(Token);
        var spec = TestSpec.Of("bad", [0.4], [PruningMethod.Vtp]);
        var text = CanonicalJson.Serialize(spec with { Finetune = spec.Finetune with { LearningRate = -1 } });

        var answer = await client.PostAsync("/api/v1/experiments", new StringContent(text, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var faults = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["faults"]!.AsArray();
        Assert.Equal("finetune.learningRate", (string)Assert.Single(faults)!["path"]!);
    }

    [Fact]
    public void Report_WithMarkupInEveryText_HasItAsText()
    {
        const string Evil = "</script><img src=x onerror=alert(1)>\"'&<!--";
        var result = new ExperimentResult
        {
            Experiment = Evil,
            State = ExperimentState.Failed,
            Objectives = [new Objective { Metric = Metric.Accuracy, Goal = Goal.Maximize }],
            Trials =
            [
                new TrialResult
                {
                    Id = Evil,
                    State = TrialState.Failed,
                    Settings = new TrialSettings { Method = PruningMethod.Vtp, Sparsity = 0.4 },
                    Failure = new TrialFailure { Stage = StageId.Parse("finetune-1-" + new string('0', 26)), Failure = new StageFailure { Reason = FailureReason.BadData, Message = Evil } },
                    Device = Evil,
                    Metrics = new TrialMetrics { Accuracy = 0.5, TestAccuracy = 0.5, Parameters = 1, Flops = 1 },
                    Stages = [],
                },
            ],
            Front = [Evil],
            Hypervolume = 0,
            Sharing = new SharingResult { EpochsAsked = 1, EpochsNeeded = 1, EpochsRun = 1 },
            Scope = new MeasurementScope { Data = Evil, ValidationImages = 1, TestImages = 1, Seeds = [0] },
        };

        var page = HtmlReport.Write(result);

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("</script>").Length - 1);
    }

    private static void AssertGuarded(HttpResponseHeaders headers)
    {
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.True(headers.CacheControl!.NoStore);
        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
    }
}
