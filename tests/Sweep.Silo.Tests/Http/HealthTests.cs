using System.Net;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Tests.Http;

public sealed class HealthTests(PlayedCluster played) : IClassFixture<PlayedCluster>
{
    [Fact]
    public async Task Ready_IsOverWhenTheSiloIsAskedToStop_AndLiveIsNot()
    {
        var stopping = false;
        await using var http = await Serve(stopping: () => stopping);
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await Get(http, "/health/ready"));

        stopping = true;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "A ready silo takes work, but this one is stopping.\n"), await Get(http, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, (await Get(http, "/health/live")).Status);
    }

    [Fact]
    public async Task Startup_IsWhenTheClusterHasTakenTheSilo()
    {
        var joined = false;
        await using var http = await Serve(joined: () => joined);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Get(http, "/health/startup")).Status);

        joined = true;

        Assert.Equal((HttpStatusCode.OK, "started\n"), await Get(http, "/health/startup"));
    }

    [Fact]
    public async Task Ready_SaysWhatIsWrongWithTheWorkers()
    {
        await using var http = await Serve(workers: () => "A worker has ended.");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "A worker has ended.\n"), await Get(http, "/health/ready"));
    }

    [Theory]
    [InlineData("/api/v1/queue")]
    [InlineData("/")]
    public async Task Workers_ServeHealthAndNothingOfTheApi(string path)
    {
        await using var http = await Serve(role: SiloRole.Worker);

        Assert.Equal(HttpStatusCode.NotFound, (await Get(http, path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get(http, "/health/ready")).Status);
    }

    private Task<ServedHttp> Serve(Func<bool>? joined = null, Func<bool>? stopping = null, Func<string?>? workers = null, SiloRole role = SiloRole.Control) =>
        ServedHttp.Start(
            played.Cluster,
            new HttpSettings(),
            health: new SiloHealth { Joined = joined ?? (() => true), Stopping = stopping ?? (() => false), WorkersFault = workers ?? (() => null) },
            role: role);

    private static async Task<(HttpStatusCode Status, string Text)> Get(ServedHttp http, string path)
    {
        using var client = http.Client();
        using var answer = await client.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
