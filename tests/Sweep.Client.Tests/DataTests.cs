using System.Net;
using System.Text.Json;

namespace Sweep.Client.Tests;

public sealed class DataTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task List_TellsEverySetAndEveryFolderOfPhotographs()
    {
        PlaceBirds();
        _shell.Write("data/cifar-10/test_batch.bin", "short");

        var outcome = await _shell.Run("data", "list", "-o", "json");

        Assert.Equal(0, outcome.Code);
        var sets = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("dataSets").EnumerateArray().ToDictionary(set => set.GetProperty("name").GetString()!);
        Assert.Equal(["fashion-mnist", "mnist", "cifar-10", "cifar-100", "birds"], sets.Keys);
        Assert.Equal("missing", sets["cifar-100"].GetProperty("state").GetString());
        Assert.Equal("damaged", sets["cifar-10"].GetProperty("state").GetString());
        Assert.Contains("data_batch_1.bin is missing", sets["cifar-10"].GetProperty("fault").GetString());
        Assert.Equal(("complete", 2, 2, _shell.At("data/birds")), (
            sets["birds"].GetProperty("state").GetString(), sets["birds"].GetProperty("classes").GetInt32(),
            sets["birds"].GetProperty("testImages").GetInt32(), sets["birds"].GetProperty("folder").GetString()));
    }

    [Fact]
    public async Task List_IsATableForPeople()
    {
        var outcome = await _shell.Run("data", "list");

        var line = Assert.Single(outcome.Output.Split('\n'), line => line.StartsWith("cifar-100", StringComparison.Ordinal));
        Assert.Equal("cifar-100     cifar100     100 50,000 + 10,000  184 MB missing", line);
    }

    [Fact]
    public async Task Get_WithoutANetwork_SaysExactlyWhatToPlaceWhere()
    {
        (_shell.Http, _shell.Time) = (new Refusing(), TimeProvider.System);

        var outcome = await _shell.Run("data", "get", "cifar-10");

        Assert.Equal(1, outcome.Code);
        Assert.Equal("", outcome.Output);
        Assert.Contains("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz: no route", outcome.Error);
        Assert.Contains("170,052,171 bytes, SHA-256 c4a38c50", outcome.Error);
        Assert.Contains("cifar-10-batches-bin", outcome.Error);
        Assert.Contains(_shell.At("data/cifar-10/data_batch_1.bin"), outcome.Error);
    }

    [Fact]
    public async Task Get_PlacesInTheNamedFolderAndTriesEveryAddress()
    {
        _shell.Variables["SWEEP_DATA"] = "";
        (_shell.Http, _shell.Time) = (new Refusing(), TimeProvider.System);
        var folder = _shell.At("else");

        var outcome = await _shell.Run("data", "get", "mnist", "--data", folder);

        Assert.Equal(1, outcome.Code);
        Assert.Contains($"place them in {Path.Combine(folder, "mnist")}", outcome.Error);
        Assert.DoesNotContain("apt-get", outcome.Error);
        Assert.Contains("http://yann.lecun.com/exdb/mnist/train-images-idx3-ubyte.gz: no route", outcome.Error);
        Assert.Contains("ossci-datasets", outcome.Error);
    }

    [Fact]
    public async Task Get_OfSomethingUnknown_TellsTheNames()
    {
        var outcome = await _shell.Run("data", "get", "imagenet");

        Assert.Equal(4, outcome.Code);
        Assert.Contains("cifar-100", outcome.Error);
        Assert.Contains("train/CLASS/*.jpg", outcome.Error);
    }

    [Fact]
    public async Task Verify_OfAMissingSet_Fails()
    {
        var outcome = await _shell.Run("data", "verify", "cifar-100");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("missing", outcome.Output);
        Assert.Contains("sweep data get cifar-100", outcome.Error);
    }

    [Fact]
    public async Task Verify_OfAFolder_WritesItsManifestAndWhatToPaste()
    {
        PlaceBirds();

        var outcome = await _shell.Run("data", "verify", "birds");

        Assert.Equal(0, outcome.Code);
        var digest = Data.ImageManifest.DigestOf(_shell.At("data/birds"))!;
        Assert.EndsWith(
            $"data:\n  name: birds\n  folder: {{ classes: 2, trainingImages: 3, testImages: 2 }}\n  digest: {digest}\n", outcome.Output);
        Assert.Equal(0, (await _shell.Run("data", "verify", _shell.At("data/birds"))).Code);
        Assert.Equal(digest, JsonDocument.Parse((await _shell.Run("data", "verify", "birds", "-o", "json")).Output).RootElement.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Verify_OfAChangedFolder_NamesWhatChangedAndKeepsTheManifest()
    {
        PlaceBirds();
        await _shell.Run("data", "verify", "birds");
        var digest = Data.ImageManifest.DigestOf(_shell.At("data/birds"));
        _shell.Write("data/birds/train/a/1.jpg", "changed");
        File.Delete(_shell.At("data/birds/val/b/1.jpg"));

        var outcome = await _shell.Run("data", "verify", "birds");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("  train/a/1.jpg: changed\n", outcome.Output);
        Assert.Contains("  val/b/1.jpg: missing\n", outcome.Output);
        Assert.Contains("--update", outcome.Error);
        Assert.Equal(digest, Data.ImageManifest.DigestOf(_shell.At("data/birds")));
        Assert.Equal(0, (await _shell.Run("data", "verify", "birds", "--update")).Code);
        Assert.NotEqual(digest, Data.ImageManifest.DigestOf(_shell.At("data/birds")));
    }

    [Fact]
    public async Task Verify_WithDecode_FindsPhotographsThatAreNone()
    {
        PlaceBirds();

        var outcome = await _shell.Run("data", "verify", "birds", "--decode", "-o", "csv");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("train/a/2.jpg,\"the file must be a whole JPEG or PNG photograph: its first bytes are", outcome.Output);
        Assert.Null(Data.ImageManifest.DigestOf(_shell.At("data/birds")));
    }

    [Fact]
    public async Task Verify_OfNothing_SaysWhereItWasLookedFor()
    {
        var outcome = await _shell.Run("data", "verify", "fish");

        Assert.Equal(4, outcome.Code);
        Assert.Contains(_shell.At("data/fish"), outcome.Error);
    }

    [Fact]
    public async Task Run_OnAMissingFolderOfPhotographs_StartsNothing()
    {
        var spec = Samples.Spec
            .Replace("{ name: fashion-mnist }", "{ name: birds, imageSize: 32, folder: { classes: 10, trainingImages: 6000, testImages: 20 } }")
            .Replace("vit-nano-28", "vit-nano-32");
        Assert.NotEqual(Samples.Spec, spec);

        var outcome = await _shell.Run("run", _shell.Write("birds.yaml", spec));

        Assert.Equal(1, outcome.Code);
        Assert.Contains("The photographs of 'birds' must lie in a folder 'birds'", outcome.Error);
        Assert.Empty(_shell.Silos.Launches);
    }

    private void PlaceBirds()
    {
        foreach (var name in new[] { "train/a/1.jpg", "train/a/2.jpg", "train/b/1.png", "val/a/1.jpg", "val/b/1.jpg" })
        {
            _shell.Write($"data/birds/{name}", $"photograph {name}");
        }
    }

    private sealed class Refusing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("no route", null, HttpStatusCode.BadGateway);
    }
}
