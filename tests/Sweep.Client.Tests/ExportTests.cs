using System.Formats.Tar;
using System.Net;
using System.Text.Json.Nodes;
using Sweep.Client.Cluster;
using Sweep.Models;
using Sweep.Models.Export;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public ExportTests()
    {
        Directory.CreateDirectory(_shell.State);
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    private Task<Outcome> Export(params string[] more) => _shell.Run(["export", "two-methods", .. more, "--to", _shell.At("models/it")]);

    private string[] Files(string folder = "") => [.. Directory.EnumerateFileSystemEntries(_shell.At("models/it/" + folder)).Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [InlineData("all", "model.onnx", "model.safetensors", "proof.json", "shape.json")]
    [InlineData("onnx", "model.onnx", "proof.json")]
    [InlineData("safetensors", "model.safetensors", "proof.json", "shape.json")]
    public async Task Export_WritesTheFormats(string format, params string[] files)
    {
        var outcome = await Export("t0001", "--format", format);

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(files, Files());
        Assert.Equal(["http://localhost:4243/two-methods/t0001"], _shell.Models.Asked);
        Assert.Contains($"Written to {_shell.At("models/it")}", outcome.Output);
        var proof = CanonicalJson.Deserialize<ModelProof>(File.ReadAllText(_shell.At("models/it/proof.json")));
        Assert.Equal(FakeModels.Net.Values.Length, proof.Parameters.Counted);
        if (format != "onnx")
        {
            Assert.Equal(FakeModels.Net.Values, ModelFolder.Read(_shell.At("models/it")).Values);
        }
    }

    [Fact]
    public async Task Front_IsExportedFolderByFolder()
    {
        var outcome = await Export("--front", "-o", "json");

        Assert.Equal(["t0001", "t0002"], Files());
        Assert.Equal(["model.onnx", "model.safetensors", "proof.json", "shape.json"], Files("t0002"));
        Assert.Equal(["t0001", "t0002"], JsonNode.Parse(outcome.Output)!["models"]!.AsArray().Select(model => (string)model!["trial"]!));
    }

    [Fact]
    public async Task UnprunedNet_IsATrialToo() => Assert.Equal(0, (await Export("dense")).Code);

    [Fact]
    public async Task Failure_LeavesNothing()
    {
        _shell.Models.Refusals["t0002"] = new ClientException(ExitCode.NotFound, "The model of trial 't0002' is not kept.");

        var outcome = await Export("--front");

        Assert.Equal(4, outcome.Code);
        Assert.Contains("is not kept", outcome.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_shell.At("models")));
    }

    [Fact]
    public async Task ExistingFolder_IsLeftAlone()
    {
        _shell.Write("models/it/precious", "");

        var outcome = await Export("t0001");

        Assert.Equal(5, outcome.Code);
        Assert.Equal(["precious"], Files());
        Assert.Empty(_shell.Models.Asked);
    }

    [Fact]
    public async Task UnknownTrial_IsNamedWithItsLikes()
    {
        var outcome = await Export("t001");

        Assert.Equal(4, outcome.Code);
        Assert.Contains("has no trial 't001'", outcome.Error);
        Assert.Contains("Did you mean 't0001'", outcome.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("t0001", "--front")]
    public async Task OneWayToSayWhat_IsWanted(params string[] arguments) => Assert.Equal(2, (await Export(arguments)).Code);

    [Fact]
    public async Task NamedGateway_NeedsAnAddress()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "cluster:30000";

        Assert.Contains("--http", (await Export("t0001")).Error);
        Assert.Equal(2, (await Export("t0001", "--http", "sweep.example")).Code);
        Assert.Equal(0, (await Export("t0001", "--http", "https://sweep.example/prefix")).Code);
        Assert.Equal(["https://sweep.example/prefix/two-methods/t0001"], _shell.Models.Asked);
    }

    [Fact]
    public async Task Token_ComesFromAFileElseTheEnvironment()
    {
        Assert.Equal(0, (await Export("t0001")).Code);
        Assert.Null(_shell.Models.Token);
        Directory.Delete(_shell.At("models"), recursive: true);

        _shell.Variables["SWEEP_TOKEN"] = "sweep_environment";
        Assert.Equal(0, (await Export("t0001")).Code);
        Assert.Equal("sweep_environment", _shell.Models.Token);
        Directory.Delete(_shell.At("models"), recursive: true);

        Assert.Equal(0, (await Export("t0001", "--token-file", _shell.Write("token", "sweep_file\n"))).Code);
        Assert.Equal("sweep_file", _shell.Models.Token);
    }

    [Fact]
    public async Task BadToken_IsRefusedWithoutBeingShown()
    {
        var outcome = await Export("t0001", "--token-file", _shell.Write("token", "hunter2"));

        Assert.Equal(2, outcome.Code);
        Assert.DoesNotContain("hunter2", outcome.Error);
        Assert.Equal(2, (await Export("t0001", "--token-file", _shell.At("none"))).Code);
        Assert.Empty(_shell.Models.Asked);
    }

    [Fact]
    public async Task UnknownExperiment_IsNotFound() => Assert.Equal(4, (await _shell.Run("export", "other", "t0001", "--to", _shell.At("x"))).Code);

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("..")]
    public async Task TrialsId_ThatIsAPath_IsRefused(string id)
    {
        var sample = Samples.Result();
        _shell.Cluster.Results["two-methods"] = sample with { Trials = [sample.Trials[0] with { Id = id }], Front = [id] };

        var outcome = await Export("--front");

        Assert.Equal(1, outcome.Code);
        Assert.Contains($"has '{id}'", outcome.Error);
        Assert.Empty(_shell.Models.Asked);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_shell.At("models")));
    }

    [Fact]
    public async Task EmptyFront_IsNotFound()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result() with { Front = [] };

        Assert.Equal(4, (await Export("--front")).Code);
    }

    [Fact]
    public async Task Download_UnpacksTheModel()
    {
        await Fetch(new Answering(HttpStatusCode.OK, Tar("model.safetensors", "shape.json", "origin.json")));

        Assert.Equal(["model.safetensors", "origin.json", "shape.json"], Files());
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("shape.json")]
    public async Task Download_TakesOnlyAModelsFiles(string name)
    {
        var refusal = await Assert.ThrowsAsync<ClientException>(
            () => Fetch(new Answering(HttpStatusCode.OK, Tar("model.safetensors", "shape.json", "origin.json", name))));

        Assert.Contains($"'{name}'", refusal.Message);
        Assert.False(File.Exists(_shell.At("models/escaped")));
    }

    [Fact]
    public async Task Download_MustBeWhole()
    {
        var whole = Tar("model.safetensors", "shape.json", "origin.json");

        Assert.Contains("origin.json did not come", (await Assert.ThrowsAsync<ClientException>(
            () => Fetch(new Answering(HttpStatusCode.OK, Tar("model.safetensors", "shape.json"))))).Message);
        Directory.Delete(_shell.At("models"), recursive: true);
        await Assert.ThrowsAsync<ClientException>(() => Fetch(new Answering(HttpStatusCode.OK, whole[..900])));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, """{"detail":"It is not kept.","more":1}""", 4, "It is not kept.")]
    [InlineData(HttpStatusCode.Conflict, """{"detail":"It is running."}""", 5, "It is running.")]
    [InlineData(HttpStatusCode.Unauthorized, """{"detail":"It is unknown."}""", 1, "It is unknown.")]
    [InlineData(HttpStatusCode.Forbidden, """{"detail":"It needs read."}""", 1, "It needs read.")]
    [InlineData(HttpStatusCode.TooManyRequests, """{"detail":"There were 6000."}""", 7, "There were 6000.")]
    [InlineData(HttpStatusCode.BadGateway, "<html>", 7, "answered with status 502")]
    public async Task Refusal_IsToldInTheSilosWords(HttpStatusCode status, string body, int code, string message)
    {
        var refusal = await Assert.ThrowsAsync<ClientException>(() => Fetch(new Answering(status, System.Text.Encoding.UTF8.GetBytes(body))));

        Assert.Equal(code, (int)refusal.Code);
        Assert.Contains(message, refusal.Message);
    }

    private Task Fetch(HttpMessageHandler handler) => new HttpModelSource(_ => handler, new JumpingTime()).Fetch(
        new HttpServer(new Uri("http://silo/"), "sweep_mine", CaFile: null), "two-methods", "t0001", Directory.CreateDirectory(_shell.At("models/it")).FullName, CancellationToken.None);

    private static byte[] Tar(params string[] names)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var name in names)
            {
                using var content = new MemoryStream(new byte[300]);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
            }
        }

        return stream.ToArray();
    }

    private sealed class Answering(HttpStatusCode status, byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("http://silo/api/v1/experiments/two-methods/trials/t0001/model", request.RequestUri!.ToString());
            Assert.Equal("Bearer sweep_mine", request.Headers.Authorization!.ToString());
            return Task.FromResult(new HttpResponseMessage(status) { Content = new ByteArrayContent(body) { Headers = { ContentType = new(body is [(byte)'{', ..] ? "application/problem+json" : "text/html") } } });
        }
    }
}
