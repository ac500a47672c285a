using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>What a training recipe may ask for beside the plain loop, through whole stages.</summary>
public sealed class TrainingRecipeTests : IDisposable
{
    private static readonly TrainingRecipe s_plain = StageBench.Training;

    private static readonly TrainingRecipe s_everything = s_plain with
    {
        Augmentation = new AugmentationRecipe { Mixup = 0.8, CutMix = 1, MixProbability = 0.8 },
        DropPath = 0.2,
        Ema = 0.9,
        GradientClip = 1,
        Precision = Precision.BFloat16,
    };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static PretrainRecipe Pretrain(TrainingRecipe training) => new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = training };

    private static FineTuneRecipe FineTune(StageId parent, TrainingRecipe training, DistillationRecipe? distillation = null) =>
        new() { Parent = parent, Data = StageBench.Data, Training = training, Distillation = distillation };

    private byte[] Trained(TrainingRecipe training)
    {
        _bench.Run(Pretrain(training));
        return _bench.Weights(Pretrain(training));
    }

    private IReadOnlyDictionary<string, StoredTensor> LastCheckpoint(StageRecipe recipe) =>
        SafeTensors.Read(Path.Combine(_bench.Checkpoints(recipe), "epoch-0004", "state.safetensors"));

    private double Accuracy(StageId parent) => _bench.Run(new EvaluateRecipe { Parent = parent, Data = StageBench.Data }).Evaluation!.Accuracy;

    public static TheoryData<StageKind> TrainingKinds =>
        [StageKind.Pretrain, StageKind.SoftPrune, StageKind.SparseTrain, StageKind.GradualPrune, StageKind.DynamicSparse, StageKind.FineTune];

    /// <summary>A stage that trains with everything on; its ancestors have run.</summary>
    private StageRecipe Everything(StageKind kind)
    {
        var start = Pretrain(s_plain);
        _bench.Run(start);
        switch (kind)
        {
            case StageKind.Pretrain:
                return start with { Training = s_everything, Start = start.Id };
            case StageKind.SoftPrune:
                var rankHeads = new RankHeadsRecipe { Parent = start.Id, Data = StageBench.Data, Images = 100 };
                _bench.Run(rankHeads);
                return new SoftPruneRecipe
                {
                    Parent = rankHeads.Id,
                    Weights = start.Id,
                    Data = StageBench.Data,
                    Training = s_everything,
                    Sparsity = 0.4,
                    Rho = 0.1,
                    Lambda = 0,
                };
            case StageKind.SparseTrain:
                return new SparseTrainRecipe { Parent = start.Id, Data = StageBench.Data, Training = s_everything, Lambda = 1e-3 };
            case StageKind.GradualPrune:
                return new GradualPruneRecipe { Parent = start.Id, Data = StageBench.Data, Training = s_everything, Sparsity = 0.4 };
            case StageKind.DynamicSparse:
                return new DynamicSparseRecipe { Parent = start.Id, Data = StageBench.Data, Training = s_everything, Sparsity = 0.4 };
            default:
                return FineTune(start.Id, s_everything, new DistillationRecipe { Teacher = start.Id });
        }
    }

    [Theory]
    [MemberData(nameof(TrainingKinds))]
    public void With_everything_on_four_epochs_equal_two_and_two_more_bit_for_bit(StageKind kind)
    {
        var recipe = Everything(kind);
        var whole = _bench.Run(recipe, "whole");

        Assert.Throws<StageStoppedException>(() => _bench.Run(recipe, "parts", drainAfter: 2));
        var parts = _bench.Run(recipe, "parts");

        Assert.Equal(_bench.Weights(recipe, "whole"), _bench.Weights(recipe, "parts"));
        Assert.Equal(whole.Curve, parts.Curve);
    }

    [Fact]
    public void With_everything_on_parts_of_a_schedule_equal_the_whole_schedule()
    {
        _bench.Run(Pretrain(s_plain));
        FineTuneRecipe Part(StageId parent, int? from, int? to) => FineTune(parent, s_everything with { From = from, To = to });
        var whole = Part(Pretrain(s_plain).Id, null, null);
        var first = Part(Pretrain(s_plain).Id, 0, 1);
        var second = Part(first.Id, 1, 4);
        _bench.Run(whole);
        _bench.Run(first);
        _bench.Run(second);

        Assert.Equal(_bench.Weights(whole), _bench.Weights(second));
        var other = second with { Training = second.Training with { Ema = null } };
        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => _bench.Run(other)).Reason);
    }

    [Fact]
    public void Each_switch_that_is_off_changes_no_bit()
    {
        var plain = Trained(s_plain);

        Assert.Equal(plain, Trained(s_plain with { DropPath = 0 }));
        Assert.Equal(plain, Trained(s_plain with { GradientClip = 1e9 }));
        Assert.Equal(plain, Trained(s_plain with { Precision = Precision.Float32 }));
        Assert.Equal(plain, Trained(s_plain with { Augmentation = new AugmentationRecipe() }));
        Assert.Equal(plain, Trained(s_plain with { Augmentation = new AugmentationRecipe { Mixup = 1, MixProbability = 0 } }));
    }

    [Fact]
    public void Each_switch_that_is_on_changes_the_weights()
    {
        var plain = Trained(s_plain);

        Assert.NotEqual(plain, Trained(s_plain with { DropPath = 0.2 }));
        Assert.NotEqual(plain, Trained(s_plain with { GradientClip = 0.1 }));
        Assert.NotEqual(plain, Trained(s_plain with { Precision = Precision.BFloat16 }));
        Assert.NotEqual(plain, Trained(s_plain with { Augmentation = new AugmentationRecipe { Mixup = 1 } }));
        Assert.NotEqual(plain, Trained(s_plain with { Augmentation = new AugmentationRecipe { CutMix = 1 } }));
        Assert.NotEqual(plain, Trained(s_plain with { Ema = 0.9 }));
    }

    [Fact]
    public void The_stages_net_is_the_average_of_the_weights_that_the_plain_stage_had()
    {
        const double Decay = 0.75;
        var averaged = Pretrain(s_plain with { ImagesPerEpoch = 16, Batch = 16, Ema = Decay });
        _bench.Run(averaged);

        // One step an epoch, so each epoch's checkpoint of the plain stage has the weights after one step; the newest two are kept.
        var expected = Net.Fresh(TestNets.WideShape, s_plain.Seed).Values.Select(value => (double)value).ToArray();
        for (var epochs = 1; epochs <= 4; epochs++)
        {
            var (recipe, count) = (Pretrain(s_plain with { ImagesPerEpoch = 16, Batch = 16 }), epochs);
            try
            {
                _bench.Run(recipe, $"until {epochs}", drainAfter: epochs);
            }
            catch (StageStoppedException)
            {
                Assert.True(count < 4);
            }

            var weights = SafeTensors.Read(Path.Combine(_bench.Checkpoints(recipe, $"until {epochs}"), $"epoch-{epochs:0000}", "state.safetensors"))["weights"].Floats();
            expected = [.. expected.Zip(weights, (average, weight) => Decay * average + (1 - Decay) * weight)];
        }

        var found = ModelFolder.Read(_bench.Folder(averaged)).Values;
        Assert.True(TestNets.LargestDifference([.. expected.Select(value => (float)value)], found) < 1e-6);
        Assert.Equal(LastCheckpoint(averaged)["average"].Floats(), found);
        Assert.NotEqual(LastCheckpoint(averaged)["weights"].Floats(), found);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(5)]
    [InlineData(1)]
    public void A_step_in_parts_equals_the_whole_step(int microBatch)
    {
        // Mixed and dropped alike: both are drawn for the whole batch. 60 images in batches of 16 leave a last one of 12.
        var recipe = Pretrain(s_everything with { Precision = null, Epochs = 1 });
        var whole = _bench.Run(recipe, "whole");
        var net = ModelFolder.Read(_bench.Folder(recipe, "whole")).Values;

        var parts = _bench.Run(recipe, "parts", microBatch: microBatch);

        Assert.Equal(whole.Curve![0].Loss, parts.Curve![0].Loss, 5);
        Assert.True(TestNets.LargestDifference(net, ModelFolder.Read(_bench.Folder(recipe, "parts")).Values) < (microBatch == 16 ? 1e-30 : 1e-3));
    }

    [Fact]
    public void Bfloat16_learns_nearly_as_float32_does()
    {
        var training = s_plain with { ImagesPerEpoch = null };
        var exact = _bench.Run(Pretrain(training));
        var recipe = Pretrain(training with { Precision = Precision.BFloat16 });
        var low = _bench.Run(recipe);

        Assert.All(exact.Curve!.Zip(low.Curve!), pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 0.9, 1.1));
        Assert.True(Accuracy(recipe.Id) > 0.8);
    }

    [Fact]
    public void DeiTs_recipe_learns()
    {
        var recipe = Pretrain(s_everything with { ImagesPerEpoch = null, Epochs = 8, DropPath = 0.1, Precision = null, Ema = 0.8 });
        _bench.Run(recipe);

        Assert.True(Accuracy(recipe.Id) > 0.8);
    }

    [Theory]
    [InlineData(DistillationKind.Soft)]
    [InlineData(DistillationKind.Hard)]
    public void A_student_learns_from_its_teacher_alone(DistillationKind kind)
    {
        var teacher = Pretrain(s_plain with { ImagesPerEpoch = null });
        var untaught = Pretrain(s_plain with { ImagesPerEpoch = 16, LearningRate = 1e-9, Epochs = 1, Seed = 9 });
        _bench.Run(teacher);
        _bench.Run(untaught);
        var recipe = FineTune(untaught.Id, s_plain with { ImagesPerEpoch = null }, new DistillationRecipe { Teacher = teacher.Id, Kind = kind, Weight = 1 });

        var curve = _bench.Run(recipe).Curve!;

        Assert.True(curve[^1].Loss < curve[0].Loss);
        Assert.True(Accuracy(recipe.Id) > 0.8 && Accuracy(untaught.Id) < 0.7);
    }

    [Fact]
    public void A_distilled_net_is_pretrained_and_taught()
    {
        var plain = Pretrain(s_plain with { ImagesPerEpoch = null });
        var distilled = plain with { Shape = plain.Shape with { Distilled = true } };
        _bench.Run(plain);
        _bench.Run(distilled);
        var taught = FineTune(distilled.Id, s_everything with { Ema = null }, new DistillationRecipe { Teacher = plain.Id, Kind = DistillationKind.Hard });

        _bench.Run(taught);

        Assert.True(Accuracy(distilled.Id) > 0.8);
        Assert.True(Accuracy(taught.Id) > 0.8);
    }

    [Fact]
    public void Training_starts_from_another_stages_net()
    {
        _bench.Run(Pretrain(s_plain));
        var start = Pretrain(s_plain).Id;
        var barely = Pretrain(s_plain with { LearningRate = 1e-12, Seed = 8 }) with { Start = start };
        _bench.Run(barely);

        var (parent, child) = (ModelFolder.Read(_bench.Folder(Pretrain(s_plain))).Values, ModelFolder.Read(_bench.Folder(barely)).Values);
        Assert.True(TestNets.LargestDifference(parent, child) < 1e-9);
        var other = barely with { Shape = TestNets.Shape };
        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => _bench.Run(other)).Reason);
    }

    public static TheoryData<string, TrainingRecipe> Broken => new()
    {
        { "0 <= dropPath < 1 must hold, but dropPath is 1.", s_plain with { DropPath = 1 } },
        { "0 <= dropPath < 1 must hold, but dropPath is -0.1.", s_plain with { DropPath = -0.1 } },
        { "0 < ema < 1 must hold, but ema is 1.", s_plain with { Ema = 1 } },
        { "0 < ema < 1 must hold, but ema is 0.", s_plain with { Ema = 0 } },
        { "gradientClip > 0 must hold, but gradientClip is 0.", s_plain with { GradientClip = 0 } },
        { "mixup > 0 must hold, but mixup is 0.", s_plain with { Augmentation = new AugmentationRecipe { Mixup = 0 } } },
        { "cutMix > 0 must hold, but cutMix is -1.", s_plain with { Augmentation = new AugmentationRecipe { CutMix = -1 } } },
        { "0 <= mixProbability <= 1 must hold, but mixProbability is 1.5.", s_plain with { Augmentation = new AugmentationRecipe { MixProbability = 1.5 } } },
        { "0 <= switchProbability <= 1 must hold, but switchProbability is -0.5.", s_plain with { Augmentation = new AugmentationRecipe { SwitchProbability = -0.5 } } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_recipe_is_refused_with_its_rule_and_value(string message, TrainingRecipe training)
    {
        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(Pretrain(training)));

        Assert.Equal((FailureReason.InvalidRecipe, message), (fault.Reason, fault.Message));
    }

    [Theory]
    [InlineData(0, 3, "0 < weight <= 1 must hold, but distillation.weight is 0.")]
    [InlineData(1.5, 3, "0 < weight <= 1 must hold, but distillation.weight is 1.5.")]
    [InlineData(0.5, 0, "temperature > 0 must hold, but distillation.temperature is 0.")]
    public void A_broken_distillation_is_refused_with_its_rule_and_value(double weight, double temperature, string message)
    {
        var parent = Pretrain(s_plain with { Epochs = 1, ImagesPerEpoch = 16 });
        _bench.Run(parent);
        var recipe = FineTune(parent.Id, s_plain, new DistillationRecipe { Teacher = parent.Id, Weight = weight, Temperature = temperature });

        Assert.Equal(message, Assert.Throws<StageFaultException>(() => _bench.Run(recipe)).Message);
    }

    [Fact]
    public void A_micro_batch_has_at_least_one_image() =>
        Assert.Contains("microBatch >= 1", Assert.Throws<StageFaultException>(() => _bench.Run(Pretrain(s_plain), microBatch: 0)).Message);
}
