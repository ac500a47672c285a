using System.Formats.Tar;
using System.Net;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>The route over real HTTP, on grains whose stages are played.</summary>
public sealed class ModelRouteTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PlayedStore _store = new();
    private FakeCluster _cluster = null!;
    private ServedHttp _served = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _cluster = await FakeCluster.Start();
        _served = await ServedHttp.Start(_cluster, new HttpSettings(), models: new TrialModels(_cluster.Api, _cluster.Grains, _store, _folder["models"]));
        _http = new HttpClient { BaseAddress = new Uri(_served.Address, "/api/v1/experiments/") };
        await _cluster.Api.Submit(TestSpec.Of("played", [0.4], [PruningMethod.Vtp]), default);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _served.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(HttpStatusCode Status, string Body)> Get(string trial, string experiment = "played")
    {
        using var response = await _http.GetAsync($"{experiment}/trials/{trial}/model");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<Dictionary<string, string>> Download(string trial)
    {
        using var response = await _http.GetAsync($"played/trials/{trial}/model");
        response.EnsureSuccessStatusCode();
        Assert.Equal("application/x-tar", response.Content.Headers.ContentType!.MediaType);
        await using var tar = new TarReader(await response.Content.ReadAsStreamAsync());
        var files = new Dictionary<string, string>();
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var text = new StreamReader(entry.DataStream!);
            files.Add(entry.Name, await text.ReadToEndAsync());
        }

        return files;
    }

    [Theory]
    [InlineData("t0001", StageKind.FineTune)]
    [InlineData("dense", StageKind.Pretrain)]
    public async Task CompleteTrial_GivesTheModelThatWasMeasured(string trial, StageKind kind)
    {
        await _cluster.RunUntilEnded("played");

        var files = await Download(trial);

        var origin = CanonicalJson.Deserialize<ModelOrigin>(files[ModelOrigin.File]);
        Assert.Equal(("played", trial, kind), (origin.Experiment, origin.Trial, origin.Stage.Kind));
        Assert.Equal(FakeEngine.WeightsOf(origin.Stage), origin.Weights);
        Assert.NotNull(origin.Evaluation);
        Assert.Equal($"weights of {FakeEngine.ArtifactOf(origin.Stage)}", files["model.safetensors"]);
        Assert.Equal("{}", files["shape.json"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["models"]));
    }

    [Theory]
    [InlineData("t0001")]
    [InlineData("dense")]
    public async Task UnfinishedTrial_IsAConflict(string trial)
    {
        var (status, body) = await Get(trial);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains($"'{trial}' of 'played' is ", body);
    }

    [Fact]
    public async Task UnknownNames_AreNotFound()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Get("t0001", "other")).Status);
        var (status, body) = await Get("t9999");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("'played' has no trial 't9999'", body);
    }

    [Fact]
    public async Task ModelThatWasCleanedAway_IsNotFound()
    {
        await _cluster.RunUntilEnded("played");
        _store.Empty = true;

        var (status, body) = await Get("t0001");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("is not kept", body);
    }

    private sealed class PlayedStore : IArtifactStore
    {
        public bool Empty { get; set; }

        public Task<ArtifactId> Put(string folder, string? under, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is stored here.");

        public Task Materialize(ArtifactId artifact, string folder, CancellationToken cancellationToken)
        {
            if (Empty)
            {
                throw new DamagedArtifactException($"Artifact {artifact} must be in the store, but is not.");
            }

            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), $"weights of {artifact}");
            File.WriteAllText(Path.Combine(folder, "shape.json"), "{}");
            File.WriteAllText(Path.Combine(folder, "result.json"), "not for everybody");
            return Task.CompletedTask;
        }
    }
}
