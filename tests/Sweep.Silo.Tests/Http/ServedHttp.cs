using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>All that a silo serves over HTTP, on a port of its own, before a cluster whose stages are played.</summary>
internal sealed class ServedHttp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedHttp(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static Task<ServedHttp> Start(
        FakeCluster cluster, HttpSettings settings, TimeProvider? time = null, TrialModels? models = null, SiloHealth? health = null, SiloRole role = SiloRole.Control) =>
        Start(cluster.Api, settings, time, models ?? new TrialModels(cluster.Api, cluster.Grains, new NoArtifacts(), "unused"), health, role);

    /// <summary>The same before whatever answers in a cluster's place.</summary>
    public static async Task<ServedHttp> Start(
        ISweepApi api, HttpSettings settings, TimeProvider? time = null, TrialModels? models = null, SiloHealth? health = null, SiloRole role = SiloRole.Control)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.ListenHttp(settings, 0);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(api);
        builder.Services.AddSingleton(health ?? new SiloHealth { Joined = () => true, Stopping = () => false, WorkersFault = () => null });
        builder.Services.AddSingleton(models ?? new TrialModels(api, grains: null!, new NoArtifacts(), "unused"));
        var app = builder.Build();
        app.ServeHttp(settings, role);
        await app.StartAsync();
        return new ServedHttp(app);
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    /// <summary>As a silo that is told to stop does: what is open ends.</summary>
    public Task Stop() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class NoArtifacts : IArtifactStore
    {
        public Task<ArtifactId> Put(string folder, string? under, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is stored here.");

        public Task Materialize(ArtifactId artifact, string folder, CancellationToken cancellationToken) =>
            throw new DamagedArtifactException($"Artifact {artifact} must be in the store, but is not.");
    }
}

/// <summary>One cluster for all tests of a class, with the experiment <c>played</c>.</summary>
public sealed class PlayedCluster : IAsyncLifetime
{
    public FakeCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await FakeCluster.Start();
        await Cluster.Api.Submit(TestSpec.Of("played", [0.4], [PruningMethod.Vtp]), default);
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
