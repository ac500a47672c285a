using System.Text.Json;

namespace Sweep.Recipes.Tests;

public class MemoryClassTests
{
    private static readonly PretrainRecipe s_dense = Recipes.Pretrain;

    private static readonly HardPruneRecipe s_cut = new() { Parent = s_dense.Id, Method = PruningMethod.Somp, Sparsity = 0.4 };

    private static readonly FineTuneRecipe s_tune = new() { Parent = s_cut.Id, Data = s_dense.Data, Training = s_dense.Training };

    private static readonly MemoryClass s_class = MemoryClass.Of([s_dense, s_cut, s_tune]);

    [Fact]
    public void Class_SaysWhatKindOfStageItIs() => Assert.Matches("^finetune-[0-9a-f]{16}$", s_class.Value);

    [Fact]
    public void WhatDoesNotDecideMemory_DoesNotSplitAClass()
    {
        var training = s_tune.Training with { Seed = 7, LearningRate = 1e-5, Epochs = 99, WeightDecay = 0 };

        Assert.Equal(s_class, MemoryClass.Of([s_dense, s_cut, s_tune with { Training = training }]));
        Assert.Equal(s_class, MemoryClass.Of([s_dense with { Training = training }, s_cut, s_tune with { Data = s_tune.Data with { SplitSeed = 5 } }]));
    }

    [Fact]
    public void TrialsOfAGrid_ShareAClass_WhereTheirNetsAreOfOneSize() =>
        Assert.Equal(s_class, MemoryClass.Of([s_dense, s_cut with { Method = PruningMethod.Vtp, Sparsity = 0.3 }, s_tune]));

    [Fact]
    public void WhatDecidesMemory_MakesAnotherClass()
    {
        FineTuneRecipe With(Func<TrainingRecipe, TrainingRecipe> change) => s_tune with { Training = change(s_tune.Training) };

        StageRecipe[][] others =
        [
            [s_dense, s_cut, With(training => training with { Batch = 512 })],
            [s_dense, s_cut, With(training => training with { Precision = Precision.BFloat16 })],
            [s_dense, s_cut, With(training => training with { Ema = 0.999 })],
            [s_dense, s_cut, s_tune with { Distillation = new DistillationRecipe { Teacher = s_dense.Id } }],
            [s_dense, s_cut, s_tune with { Data = s_tune.Data with { ImageSize = 224 } }],
            [s_dense, s_cut with { Sparsity = 0.8 }, s_tune],
            [s_dense with { Shape = s_dense.Shape with { Width = 2 * s_dense.Shape.Width } }, s_cut, s_tune],
            [s_dense],
        ];
        var classes = others.Select(MemoryClass.Of).Append(s_class).ToList();

        Assert.Equal(classes.Count, classes.Distinct().Count());
    }

    [Fact]
    public void APathThatReachesNoShape_IsOfTheStageItHangsFrom()
    {
        var other = s_tune with { Parent = s_dense.Id };

        Assert.NotEqual(MemoryClass.Of([s_tune]), MemoryClass.Of([other]));
    }

    [Fact]
    public void Class_IsAJsonString()
    {
        Assert.Equal(s_class, CanonicalJson.Deserialize<MemoryClass>(CanonicalJson.Serialize(s_class)));
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<MemoryClass>("\"\""));
    }
}
