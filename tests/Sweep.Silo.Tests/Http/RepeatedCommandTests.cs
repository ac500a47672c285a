using System.Net;
using System.Text;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>Clients that lose an answer ask again: over HTTP, too, a command that comes twice answers the same and changes nothing.</summary>
public sealed class RepeatedCommandTests : IAsyncLifetime
{
    private static readonly SweepSpec s_spec = TestSpec.Of("told", [0.4], [PruningMethod.Vtp]);

    private FakeCluster _cluster = null!;
    private ServedHttp _served = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await FakeCluster.Start(workers: 0);
        _served = await ServedHttp.Start(_cluster, new HttpSettings());
        _client = _served.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _served.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    private static StringContent Json<T>(T value) => new(CanonicalJson.Serialize(value), Encoding.UTF8, "application/json");

    [Fact]
    public async Task EveryCommand_GivenTwice_AnswersTheSame()
    {
        (string Route, Func<HttpContent?> Body)[] commands =
        [
            ("experiments", () => Json(s_spec)),
            ("experiments/told/pause", () => null),
            ("experiments/told/resume", () => null),
            ("experiments", () => Json(s_spec with { Priority = 3, Limits = new LimitsSpec { DeviceHours = 5 } })),
            ("experiments", () => Json(s_spec with { Name = "forked" })),
            ("experiments/told/trials/t0001/stop", () => null),
            ("experiments/told/trials/t0001/retry", () => null),
            ("experiments/told/cancel", () => null),
            ("experiments/told/pause", () => null), // refused the first time and the second
        ];
        foreach (var (route, body) in commands)
        {
            var (once, stand) = (await Post(route, body()), await Stand());
            var writes = _cluster.Disk.Writes;
            Assert.Equal(once, await Post(route, body()));
            Assert.Equal(stand, await Stand());
            Assert.Equal(writes, _cluster.Disk.Writes);
        }
    }

    [Fact]
    public async Task Delete_GivenTwice_AnswersTheSame_AndIsRefusedBeforeTheEnd()
    {
        await Post("experiments", Json(s_spec));
        Assert.Equal(HttpStatusCode.Conflict, (await _client.DeleteAsync("/api/v1/experiments/told")).StatusCode);
        await Post("experiments/told/cancel", null);
        await _cluster.RunUntil(async () => (await _client.DeleteAsync("/api/v1/experiments/told")).StatusCode == HttpStatusCode.NoContent, "stages that know of the end");

        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync("/api/v1/experiments/told")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/api/v1/experiments/told")).StatusCode);
    }

    [Fact]
    public async Task FinishedStages_AreAskedFor_ThousandAtMost()
    {
        var stage = ExperimentPlanner.Plan(s_spec).Dense.Stages[0].Id;

        Assert.Equal((HttpStatusCode.OK, "[]"), await Post("stages/finished", Json(new[] { stage })));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("stages/finished", Json(Enumerable.Repeat(stage, ISweepApi.MostStages + 1)))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("stages/finished", Json(new[] { "no stage" }))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("stages/finished", new StringContent("null", Encoding.UTF8, "application/json"))).Status);
    }

    [Fact]
    public async Task Histories_AreAskedFor_OneByOneOrSeveral()
    {
        var stage = ExperimentPlanner.Plan(s_spec).Dense.Stages[0];
        Assert.Equal((HttpStatusCode.OK, "[]"), await Post("stages/histories", Json(new[] { stage.Id })));
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync($"/api/v1/stages/{stage.Id}/history")).StatusCode);
        await Post("experiments", Json(s_spec));

        var (status, text) = await Post("stages/histories", Json(new[] { stage.Id }));

        Assert.Equal(HttpStatusCode.OK, status);
        var history = Assert.Single(CanonicalJson.Deserialize<IReadOnlyList<StageHistory>>(text));
        Assert.Equal((stage.Id, stage.Epochs, false, 0), (history.Stage, history.Length, history.Finished, history.Epochs.Count));
        Assert.Equal(CanonicalJson.Serialize(history), await _client.GetStringAsync($"/api/v1/stages/{stage.Id}/history"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("stages/histories", Json(Enumerable.Repeat(stage.Id, ISweepApi.MostHistories + 1)))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.GetAsync("/api/v1/stages/no-stage/history")).StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Text)> Post(string route, HttpContent? body)
    {
        using var answer = await _client.PostAsync($"/api/v1/{route}", body);
        var text = await answer.Content.ReadAsStringAsync();
        for (var turn = 0; turn < 20; turn++)
        {
            await _cluster.Turn();
        }

        return (answer.StatusCode, route == "experiments" ? "" : text); // what a submission answers tells the state of the moment
    }

    private async Task<string> Stand()
    {
        var texts = new List<string>();
        foreach (var status in await _cluster.Api.List(default))
        {
            texts.Add(CanonicalJson.Serialize(status));
            texts.Add(CanonicalJson.Serialize(await _cluster.Api.GetResult(status.Name, default)));
        }

        return string.Join('\n', texts);
    }
}
