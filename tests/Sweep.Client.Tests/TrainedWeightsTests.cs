using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class TrainedWeightsTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public TrainedWeightsTests()
    {
        _shell.PlaceData();
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    private string Place(int classes)
    {
        var path = _shell.At("data/trained.safetensors");
        SafeTensors.Write(path, ModelFolder.Tensors(Net.Fresh(ModelPreset.Find("vit-nano-28", 1, classes)!, 1)));
        return AtomicFolder.Digest(path);
    }

    private Task<Outcome> Run(string digest) => _shell.Run(
        "run",
        _shell.Write("spec.yaml", Samples.Spec.Replace("{ preset: vit-nano-28 }", $"{{ preset: vit-nano-28, weights: trained.safetensors, digest: {digest} }}")),
        "--report",
        _shell.At("report.html"));

    [Fact]
    public async Task Weights_AreFoundBeforeAnythingStarts()
    {
        var outcome = await Run(Place(classes: 10));

        Assert.Equal(0, outcome.Code);
        Assert.Single(_shell.Silos.Launches);
    }

    [Fact]
    public async Task WhatWillBeAdapted_IsSaid()
    {
        var outcome = await Run(Place(classes: 1000));

        Assert.Equal(0, outcome.Code);
        Assert.Contains("The classifier 'head' is a fresh one for 10 classes", outcome.Error);
    }

    [Fact]
    public async Task OtherBytes_AreRefusedWithWhatTheyHave()
    {
        var digest = Place(classes: 10);

        var outcome = await Run(new string('0', 64));

        Assert.Equal(1, outcome.Code);
        Assert.Contains(digest, outcome.Error);
        Assert.Empty(_shell.Silos.Launches);
    }

    [Fact]
    public async Task MissingWeights_AreNamedWithTheFolders()
    {
        var outcome = await Run(new string('0', 64));

        Assert.Equal(1, outcome.Code);
        Assert.Contains(_shell.At("data"), outcome.Error);
        Assert.Contains("--data", outcome.Error);
    }
}
