using Sweep.Data;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Tests;

/// <summary>Stages whose images go through loader threads.</summary>
public sealed class LoaderStageTests : IDisposable
{
    private static readonly AugmentationRecipe s_augmentation = new()
    {
        CropArea = 0.5,
        RandAugment = new RandAugmentRecipe { Magnitude = 3 },
        ColorJitter = 0.1,
        Erasing = 0.25,
        Repeats = 3,
    };

    private static readonly ImageFolder s_counts = new() { Classes = 2, TrainingImages = 12, TestImages = 4 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static StageBench Bench(int loaderThreads) => new() { Execution = new ExecutionOptions { LoaderThreads = loaderThreads } };

    [Fact]
    public void Augmented_training_is_the_same_for_any_number_of_loader_threads_and_when_resumed()
    {
        var recipe = new PretrainRecipe
        {
            Shape = TestNets.WideShape,
            Data = StageBench.Data,
            Training = StageBench.Training with { Augmentation = s_augmentation },
        };
        using var one = Bench(1);
        using var four = Bench(4);

        var whole = one.Run(recipe);
        Assert.Throws<StageStoppedException>(() => four.Run(recipe, drainAfter: 2));
        var parts = four.Run(recipe);

        Assert.Equal(one.Weights(recipe), four.Weights(recipe));
        Assert.Equal(whole.Curve, parts.Curve);
        using var plain = Bench(1);
        plain.Run(recipe with { Training = StageBench.Training });
        Assert.NotEqual(one.Weights(recipe), plain.Weights(recipe with { Training = StageBench.Training }));
    }

    [Fact]
    public void A_net_may_read_another_side_than_the_set_has()
    {
        var data = StageBench.Data with { ImageSize = 2 * TestNets.WideShape.ImageSize };
        var recipe = new PretrainRecipe { Shape = TestNets.WideShape with { ImageSize = data.ImageSize.Value }, Data = data, Training = StageBench.Training };
        using var bench = Bench(2);

        bench.Run(recipe);

        var accuracy = bench.Run(new EvaluateRecipe { Parent = recipe.Id, Data = data }).Evaluation!.Accuracy;
        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");
    }

    [Fact]
    public void A_folder_of_photographs_is_trained_on_and_evaluated()
    {
        Place("larger.jpg", "grey.jpg");
        var recipe = Photographs();
        using var bench = PhotographBench();

        var result = bench.Run(recipe);

        Assert.True(result.Curve![^1].Loss < result.Curve[0].Loss);
        var evaluation = bench.Run(new EvaluateRecipe { Parent = recipe.Id, Data = recipe.Data }).Evaluation!;
        Assert.Equal(1, evaluation.Accuracy);
    }

    [Fact]
    public void A_damaged_photograph_fails_the_stage_by_name()
    {
        Place("larger.jpg", "grey.jpg");
        File.Copy(Fixture("truncated.jpg"), _folder["birds/train/b/3.jpg"], overwrite: true);
        using var bench = PhotographBench();

        var fault = Assert.Throws<StageFaultException>(() => bench.Run(Photographs()));

        Assert.Equal(FailureReason.BadData, fault.Reason);
        Assert.Contains(Path.Combine("train", "b", "3.jpg"), fault.Message);
    }

    [Fact]
    public void A_folder_without_the_nets_side_is_refused()
    {
        Place("larger.jpg", "grey.jpg");
        var recipe = Photographs();
        using var bench = PhotographBench();

        var fault = Assert.Throws<StageFaultException>(() => bench.Run(recipe with { Data = recipe.Data with { ImageSize = null } }));

        Assert.Equal("A folder of photographs must come with the net's imageSize, but 'birds' has none.", fault.Message);
    }

    [Fact]
    public void Augmentation_out_of_range_is_refused_before_any_image_is_read()
    {
        var recipe = Photographs();
        using var bench = PhotographBench();

        var fault = Assert.Throws<StageFaultException>(
            () => bench.Run(recipe with { Training = recipe.Training with { Augmentation = new AugmentationRecipe { CropArea = 1.5 } } }));

        Assert.Equal("0 < cropArea <= 1 must hold, but cropArea is 1.5.", fault.Message);
    }

    private StageBench PhotographBench() =>
        new() { Source = new FileDataSource(), Execution = new ExecutionOptions { LoaderThreads = 2, DataRoots = [_folder.Path] } };

    private static PretrainRecipe Photographs() => new()
    {
        Shape = TestNets.WideShape with { ImageSize = 32, PatchSize = 8, Channels = 3, Classes = 2 },
        Data = new DataRecipe
        {
            Name = "birds",
            Digest = ImageFolderIdentity.Declared("birds", s_counts),
            Folder = s_counts,
            ImageSize = 32,
            Validation = 2,
            SplitSeed = 0,
        },
        Training = StageBench.Training with { ImagesPerEpoch = null, Batch = 4, Epochs = 6, Augmentation = new AugmentationRecipe { CropArea = 0.3 } },
    };

    /// <summary>Class a has copies of one photograph, class b of the other: 6 train and 2 test each.</summary>
    private void Place(string a, string b)
    {
        foreach (var (name, fixture) in new[] { ("a", a), ("b", b) })
        {
            foreach (var (split, count) in new[] { ("train", 6), ("val", 2) })
            {
                Directory.CreateDirectory(_folder[$"birds/{split}/{name}"]);
                for (var i = 0; i < count; i++)
                {
                    File.Copy(Fixture(fixture), _folder[$"birds/{split}/{name}/{i}.jpg"]);
                }
            }
        }
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
