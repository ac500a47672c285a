using System.Runtime.InteropServices;
using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class LoadWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StageBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    private string Place(string folder, Net net)
    {
        Directory.CreateDirectory(_folder[folder]);
        SafeTensors.Write(Path.Combine(_folder[folder], "net.safetensors"), ModelFolder.Tensors(net));
        return AtomicFolder.Digest(Path.Combine(_folder[folder], "net.safetensors"));
    }

    private StageResult Run(LoadWeightsRecipe recipe, params string[] folders)
    {
        _bench.Execution = new() { DataRoots = [.. folders.Select(name => _folder[name])] };
        return _bench.Run(recipe);
    }

    private static LoadWeightsRecipe Recipe(string digest, ViTShape? shape = null) =>
        new() { File = "net.safetensors", Digest = digest, Shape = shape ?? TestNets.Shape, Seed = 4 };

    [Theory]
    [InlineData("weights")]
    [InlineData("data")]
    public void The_file_is_found_by_its_digest_among_the_folders(string place)
    {
        var net = TestNets.Random(TestNets.Shape, 1);
        Place(place == "weights" ? "data" : "weights", TestNets.Random(TestNets.Shape, 2));
        var digest = Place(place, net);

        var result = Run(Recipe(digest), "weights", "data");

        Assert.Empty(result.Adapted!);
        Assert.Equal(TestNets.Shape, result.Shape);
        Assert.Equal(net.Values, ModelFolder.Read(_bench.Folder(Recipe(digest))).Values);
    }

    [Fact]
    public void What_was_adapted_is_in_the_result()
    {
        var digest = Place("weights", TestNets.Random(TestNets.Shape with { Classes = 7 }, 1));

        Assert.Contains("is a fresh one for 3 classes, by seed 4", Assert.Single(Run(Recipe(digest), "weights").Adapted!));
    }

    [Fact]
    public void Other_bytes_are_refused_with_both_digests()
    {
        var digest = Place("weights", TestNets.Random(TestNets.Shape, 1));

        var fault = Assert.Throws<StageFaultException>(() => Run(Recipe(new string('0', 64)), "weights"));

        Assert.Equal(FailureReason.BadData, fault.Reason);
        Assert.Contains(new string('0', 64), fault.Message);
        Assert.Contains(digest, fault.Message);
    }

    [Fact]
    public void A_missing_file_names_the_folders()
    {
        var fault = Assert.Throws<StageFaultException>(() => Run(Recipe("0"), "weights", "data"));

        Assert.Equal(FailureReason.BadData, fault.Reason);
        Assert.Contains($"{_folder["weights"]}, {_folder["data"]}", fault.Message);
    }

    [Fact]
    public void A_name_that_leaves_the_folder_is_refused()
    {
        var fault = Assert.Throws<StageFaultException>(() => Run(Recipe("0") with { File = "../net.safetensors" }, "weights"));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_bad_data()
    {
        var digest = Place("weights", TestNets.Random(TestNets.WideShape, 1));

        Assert.Equal(FailureReason.BadData, Assert.Throws<StageFaultException>(() => Run(Recipe(digest), "weights")).Reason);
    }

    [Fact]
    public void Pretraining_starts_from_loaded_weights()
    {
        var digest = Place("weights", TestNets.Random(TestNets.WideShape, 1));
        var load = Recipe(digest, TestNets.WideShape);
        Run(load, "weights");
        var still = StageBench.Training with { Epochs = 1, LearningRate = 1e-12, FinalLearningRate = 0 };

        _bench.Run(new PretrainRecipe { Start = load.Id, Shape = TestNets.WideShape, Data = StageBench.Data, Training = still });
        var other = new PretrainRecipe { Start = load.Id, Shape = TestNets.Shape, Data = StageBench.Data, Training = still };

        var trained = ModelFolder.Read(_bench.Folder(new PretrainRecipe { Start = load.Id, Shape = TestNets.WideShape, Data = StageBench.Data, Training = still }));
        Assert.True(TestNets.LargestDifference(TestNets.Random(TestNets.WideShape, 1).Values, trained.Values) < 1e-6);
        Assert.Contains("the recipe's shape", Assert.Throws<StageFaultException>(() => _bench.Run(other)).Message);
    }

    [PythonTorchTheory]
    [InlineData("deit-tiny")]
    [InlineData("deit-tiny-distilled")]
    public void DeiT_Tiny_of_PyTorch_has_equal_logits_here(string preset)
    {
        OtherPrograms.Run(OtherPrograms.Python!, [OtherPrograms.Script("deit_tiny.py"), _folder.Path, .. preset.Split('-').Skip(2)]);
        var recipe = new LoadWeightsRecipe
        {
            File = "deit_tiny.pth",
            Digest = AtomicFolder.Digest(_folder["deit_tiny.pth"]),
            Shape = ModelPreset.Find(preset, 3, 1000)!,
        };

        _bench.Execution = new() { DataRoots = [_folder.Path] };

        _bench.Run(recipe);

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new VisionTransformer(ModelFolder.Read(_bench.Folder(recipe)), CPU);
        var logits = model.Forward(tensor(Floats("images")).view(3, 3, 224, 224)).data<float>().ToArray();
        Assert.True(TestNets.LargestDifference(Floats("logits"), logits) < 1e-4);
    }

    private float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_folder[file])).ToArray();
}
