using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The paths of DESIGN 3, method by method, and what the options of a method say in its recipes.</summary>
public sealed class MethodPathTests
{
    private const string Head = """
        apiVersion: sweep/v1
        name: paths
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 4, imagesPerEpoch: 10000 }
        sparsify: { epochs: 3, imagesPerEpoch: 5000 }
        finetune: { epochs: 2 }

        """;

    private static ExperimentPlan Plan(string method, string more = "", string space = "") => ExperimentPlanner.Plan(SweepSpecReader.Read(
        $"{Head}space: {{ method: {{ values: [{method}] }}, sparsity: {{ values: [0.4] }}{space} }}\n{more}", "sweep.yaml"));

    private static IReadOnlyList<StageRecipe> Path(string method, string more = "", string space = "") => Plan(method, more, space).Trials[0].Stages;

    private static string Kinds(IEnumerable<StageRecipe> stages) => string.Join(' ', stages.Select(stage => stage.Kind));

    private static HardPruneRecipe Cut(IEnumerable<StageRecipe> stages) => stages.OfType<HardPruneRecipe>().Single();

    [Theory]
    [InlineData("gohsp", "Pretrain RankHeads SoftPrune HardPrune FineTune Evaluate")]
    [InlineData("vtp", "Pretrain SparseTrain HardPrune FineTune Evaluate")]
    [InlineData("somp", "Pretrain HardPrune FineTune Evaluate")]
    [InlineData("omp", "Pretrain HardPrune FineTune Evaluate")]
    [InlineData("random", "Pretrain HardPrune FineTune Evaluate")]
    [InlineData("taylor", "Pretrain ScoreGroups HardPrune FineTune Evaluate")]
    [InlineData("ssp", "Pretrain ScoreGroups HardPrune FineTune Evaluate")]
    [InlineData("sgmp", "Pretrain GradualPrune HardPrune FineTune Evaluate")]
    [InlineData("gmp", "Pretrain GradualPrune HardPrune FineTune Evaluate")]
    [InlineData("s2vite", "DynamicSparse HardPrune FineTune Evaluate")]
    public void EachMethod_HasItsPath(string method, string kinds) => Assert.Equal(kinds, Kinds(Path(method)));

    [Fact]
    public void EveryMethod_HasAPath() =>
        Assert.Equal(Enum.GetValues<PruningMethod>().Length, Plan(string.Join(", ", Enum.GetValues<PruningMethod>()).ToLowerInvariant()).Trials.Count);

    [Theory]
    [InlineData("taylor", "", ScoreCriterion.TaylorSquared)]
    [InlineData("taylor", "taylor: { form: absolute }", ScoreCriterion.TaylorAbsolute)]
    [InlineData("taylor", "taylor: { form: fisher }", ScoreCriterion.TaylorFisher)]
    [InlineData("ssp", "", ScoreCriterion.Salience)]
    public void Scores_AreOfTheMethodsCriterion_AndTheDenseNetIsCut(string method, string more, ScoreCriterion criterion)
    {
        var path = Path(method, more);

        var score = Assert.IsType<ScoreGroupsRecipe>(path[1]);
        Assert.Equal((criterion, 50, 64), (score.Criterion, score.Batches, score.Batch));
        Assert.Equal((score.Id, path[0].Id), (Cut(path).Parent, Cut(path).Weights!.Value));
    }

    [Theory]
    [InlineData("gohsp", 4)]
    [InlineData("somp", 6)]
    [InlineData("taylor", 6)]
    public void EqualEpochs_LetMethodsThatCutAtOnceFineTuneLonger(string method, int epochs)
    {
        // 3 epochs of 5,000 images before the cut are 2 of 7,500 after it.
        var finetune = "finetune: { epochs: 4, imagesPerEpoch: 7500, equalEpochs: true }";
        var plan = ExperimentPlanner.Plan(SweepSpecReader.Read(
            $"{Head.Replace("finetune: { epochs: 2 }", finetune, StringComparison.Ordinal)}space: {{ method: {{ values: [{method}] }}, sparsity: {{ values: [0.4] }} }}",
            "sweep.yaml"));

        Assert.Equal(epochs, plan.Trials[0].Stages.OfType<FineTuneRecipe>().Single().Epochs);
    }

    [Fact]
    public void OneScoring_ServesEverySparsityAndTarget()
    {
        var plan = Plan("taylor", "taylor: { batches: 7, batch: 5, scope: global, patterns: { queryKey: false } }", ", target: { values: [parameters, flops] }");

        Assert.Single(plan.Trials.SelectMany(trial => trial.Stages).OfType<ScoreGroupsRecipe>().Select(stage => stage.Id).Distinct());
        var (first, second) = (Cut(plan.Trials[0].Stages), Cut(plan.Trials[1].Stages));
        Assert.Equal((PruningScope.Global, false, true), (first.Scope, first.Patterns!.QueryKey, first.Patterns.Mlp));
        Assert.Equal((null, BudgetTarget.Flops), (first.Budget, second.Budget!.Target));
    }

    [Fact]
    public void GradualMethods_CarryTheirSchedule()
    {
        var sgmp = Path("sgmp", "sgmp: { begin: 0.1, end: 0.5, updates: 9, initialSparsity: 0.2, patterns: { heads: false } }").OfType<GradualPruneRecipe>().Single();
        var gmp = Path("gmp", "gmp: { end: 1 }\nbudget: { scope: global, target: flops, multipleOf: 8 }").OfType<GradualPruneRecipe>().Single();

        Assert.Equal((0.1, 0.5, 9, 0.2, false), (sgmp.Begin, sgmp.End, sgmp.Updates, sgmp.InitialSparsity, sgmp.Patterns!.Heads));
        Assert.Equal((false, 3, 0.4), (sgmp.Unstructured, sgmp.Epochs, sgmp.Sparsity));
        Assert.Equal((true, 1.0, null), (gmp.Unstructured, gmp.End, gmp.Patterns));
        Assert.Equal(new PruningBudget { Scope = PruningScope.Global }, gmp.Budget);
    }

    /// <summary>Four epochs of 10,000 images and three of 5,000 are 5½ epochs of 10,000.</summary>
    [Fact]
    public void S2vite_FromScratchTrainsAsLongAsTheOthersBeforeTheirCut()
    {
        var path = Path("s2vite", "s2vite: { updates: 5, updateUntil: 0.6, deathRate: 0.4, finalDeathRate: 0.01 }");

        var scratch = Assert.IsType<DynamicSparseRecipe>(path[0]);
        Assert.Equal((null, 6, 10_000), (scratch.Parent, scratch.Epochs, scratch.Training.ImagesPerEpoch!.Value));
        Assert.Equal(ModelPreset.Find("vit-nano-28", 1, 10)!.Blocks, scratch.Shape!.Blocks);
        Assert.Equal((5, 0.6, 0.4, 0.01), (scratch.Updates, scratch.UpdateUntil, scratch.DeathRate, scratch.FinalDeathRate));
    }

    [Fact]
    public void S2vite_FromTheDenseNetTrainsForSparsify()
    {
        var path = Path("s2vite", "s2vite: { start: dense }");

        Assert.Equal("Pretrain DynamicSparse HardPrune FineTune Evaluate", Kinds(path));
        var dynamic = (DynamicSparseRecipe)path[1];
        Assert.Equal((path[0].Id, 3, null), (dynamic.Parent!.Value, dynamic.Epochs, dynamic.Shape));
    }

    /// <summary>Its own training does not begin at the dense net, but its teacher and its comparison do.</summary>
    [Theory]
    [InlineData("finetune: { epochs: 2, distillation: {} }", "Pretrain DynamicSparse HardPrune FineTune Evaluate")]
    [InlineData("finetune: { epochs: 2 }\nbenchmark: { device: cpu }", "Pretrain DynamicSparse HardPrune FineTune Evaluate Benchmark")]
    public void S2vite_WaitsForTheDenseNetThatItReads(string more, string kinds)
    {
        var plan = ExperimentPlanner.Plan(SweepSpecReader.Read(
            $"{Head.Replace("finetune: { epochs: 2 }", more, StringComparison.Ordinal)}space: {{ method: {{ values: [s2vite] }}, sparsity: {{ values: [0.4] }} }}\n", "sweep.yaml"));

        Assert.Equal(kinds, Kinds(plan.Trials[0].Stages));
        Assert.Equal(plan.Dense.Stages[0].Id, plan.Trials[0].Stages[0].Id);
    }

    [Fact]
    public void Random_DrawsAnewForEverySeed()
    {
        var plan = Plan("random", "random: { seed: 3, patterns: { mlp: false } }", ", seed: { values: [0, 1] }");

        Assert.Equal(2, plan.Trials.Select(trial => Cut(trial.Stages).Seed).Distinct().Count());
        Assert.NotEqual(Cut(Path("random")).Seed, Cut(Path("random", "random: { seed: 3 }")).Seed);
        Assert.False(Cut(plan.Trials[0].Stages).Patterns!.Mlp);
    }

    [Fact]
    public void Gohsp_CarriesBudgetAndCoupling()
    {
        var soft = Path("gohsp", "gohsp: { coupling: decoupled }\nbudget: { target: channels, multipleOf: 8 }").OfType<SoftPruneRecipe>().Single();

        Assert.Equal(PenaltyCoupling.Decoupled, soft.Coupling);
        Assert.Equal(new PruningBudget { Target = BudgetTarget.Channels, MultipleOf = 8 }, soft.Budget);
        Assert.Null(Path("gohsp").OfType<SoftPruneRecipe>().Single().Coupling);
        Assert.Null(Cut(Path("gohsp", "budget: { target: flops }")).Budget);
    }

    [Theory]
    [InlineData("somp", "", PruningScope.PerLayer, null)]
    [InlineData("somp", "somp: { scope: global }", PruningScope.Global, null)]
    [InlineData("somp", "somp: { scope: global }\nbudget: { scope: perLayer }", null, PruningScope.PerLayer)]
    [InlineData("omp", "omp: { scope: global }", PruningScope.Global, null)]
    [InlineData("vtp", "budget: { scope: perLayer }", null, PruningScope.PerLayer)]
    public void Budget_OverridesAMethodsScope(string method, string more, PruningScope? scope, PruningScope? budget)
    {
        var cut = Cut(Path(method, more));

        Assert.Equal((scope, budget), (cut.Scope, cut.Budget?.Scope));
    }

    /// <summary>A default written out and a default left out are one stage.</summary>
    [Theory]
    [InlineData("budget: { target: parameters, multipleOf: 1 }")]
    [InlineData("somp: { norm: l2, scope: perLayer }")]
    [InlineData("gohsp: { coupling: gradient }")]
    public void DefaultsWrittenOut_ChangeNoId(string more)
    {
        static IEnumerable<StageId> Ids(ExperimentPlan plan) => plan.Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id);

        Assert.Equal(Ids(Plan("gohsp, vtp, somp, taylor, sgmp")), Ids(Plan("gohsp, vtp, somp, taylor, sgmp", more)));
    }

    [Fact]
    public void Benchmark_EndsEveryTrialsPathAndComparesWithTheDenseNet()
    {
        var plan = Plan("somp, omp", "benchmark: { device: NVIDIA H200, batches: [1, 256], runs: 9, warmUp: 2 }");

        Assert.All(plan.Trials, trial =>
        {
            var benchmark = Assert.IsType<BenchmarkRecipe>(trial.Stages[^1]);
            Assert.Equal(StageKind.Evaluate, trial.Evaluate.Kind);
            Assert.Equal((trial.Evaluate.ParentId!.Value, trial.Stages[0].Id), (benchmark.Parent, benchmark.Dense));
            Assert.Equal(("NVIDIA H200", 9, 2), (benchmark.DeviceModel, benchmark.Runs, benchmark.WarmUp));
            Assert.Equal([1, 256], benchmark.Batches);
        });
        Assert.Null(plan.Dense.Benchmark);
    }

    [Fact]
    public void Distillation_HasTheDenseNetOfTheSameSeedAsTeacher()
    {
        var plan = ExperimentPlanner.Plan(SweepSpecReader.Read(
            Head.Replace("finetune: { epochs: 2 }", "finetune: { epochs: 2, distillation: { kind: hard, weight: 0.7, temperature: 9 } }", StringComparison.Ordinal)
            + "space: { method: { values: [somp] }, sparsity: { values: [0.4] }, seed: { values: [4, 5] } }\n", "sweep.yaml"));

        foreach (var (trial, dense) in plan.Trials.Zip(plan.DenseSeeds))
        {
            var distillation = trial.Stages.OfType<FineTuneRecipe>().Single().Distillation!;
            Assert.Equal((trial.Seed, dense.Stages[0].Id), (dense.Seed, distillation.Teacher));
            Assert.Equal((DistillationKind.Hard, 0.7, 3), (distillation.Kind, distillation.Weight, distillation.Temperature));
        }
    }

    /// <summary>Hand-counted: 3 seeds × (Pretrain 4 + 2 × FineTune 2), each trial 6.</summary>
    [Fact]
    public void Seeds_HaveADenseNetEach()
    {
        var plan = Plan("somp", "seed: 1", ", target: { values: [parameters, flops] }, seed: { values: [1, 0, 2] }");

        Assert.Equal(["dense", "dense-seed-0", "dense-seed-2"], plan.DenseSeeds.Select(dense => dense.Id));
        Assert.Same(plan.Dense, plan.DenseSeeds[0]);
        Assert.Equal((6, 36, 24), (plan.Trials.Count, plan.EpochsAsked, plan.EpochsNeeded));
        Assert.Equal([1, 1, 0, 0, 2, 2], plan.Trials.Select(trial => trial.Settings!.Seed));
        Assert.All(plan.Trials, trial => Assert.Equal(plan.DenseSeeds.Single(dense => dense.Seed == trial.Seed).Stages[0].Id, trial.Stages[0].Id));
        Assert.Equal(Plan("somp", "seed: 1").Trials[0].Stages.Select(stage => stage.Id), plan.Trials[0].Stages.Select(stage => stage.Id));
    }

    [Fact]
    public void Weights_AreTheDenseNetUnlessPretrained()
    {
        const string Model = "model:    { preset: vit-nano-28, weights: net.safetensors, digest: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef }";
        var text = Head.Replace("model:    { preset: vit-nano-28 }", Model, StringComparison.Ordinal)
            + "space: { method: { values: [gohsp, s2vite] }, sparsity: { values: [0.4] } }\ns2vite: { start: dense }\n";
        var pretrained = ExperimentPlanner.Plan(SweepSpecReader.Read(text, "sweep.yaml"));
        var loaded = ExperimentPlanner.Plan(SweepSpecReader.Read(text.Replace("pretrain:", "# pretrain:", StringComparison.Ordinal), "sweep.yaml"));

        Assert.Equal("LoadWeights Pretrain Evaluate", Kinds(pretrained.Dense.Stages));
        Assert.Equal(pretrained.Dense.Stages[0].Id, ((PretrainRecipe)pretrained.Dense.Stages[1]).Start);
        Assert.Equal("LoadWeights Evaluate", Kinds(loaded.Dense.Stages));
        Assert.Equal("LoadWeights RankHeads SoftPrune HardPrune FineTune Evaluate", Kinds(loaded.Trials[0].Stages));
        Assert.Equal("LoadWeights DynamicSparse HardPrune FineTune Evaluate", Kinds(loaded.Trials[1].Stages));
        Assert.Equal(("net.safetensors", 64), (((LoadWeightsRecipe)loaded.Dense.Stages[0]).File, ((LoadWeightsRecipe)loaded.Dense.Stages[0]).Digest.Length));
    }

    [Fact]
    public void Training_CarriesEveryOptionOfTheFile()
    {
        var text = Head.Replace("pretrain: { epochs: 4, imagesPerEpoch: 10000 }", """
            pretrain:
              epochs: 4
              beta1: 0.8
              dropPath: 0.1
              ema: 0.999
              gradientClip: 1
              precision: bfloat16
              augmentation: { cropArea: 0.08, randAugment: {}, colorJitter: 0.3, erasing: 0.25, mixup: 0.8, cutMix: 1, mixProbability: 0.9, switchProbability: 0.4, repeats: 3 }
            """, StringComparison.Ordinal) + "space: { method: { values: [somp] }, sparsity: { values: [0.4] } }\n";
        var training = ((PretrainRecipe)ExperimentPlanner.Plan(SweepSpecReader.Read(text, "sweep.yaml")).Dense.Stages[0]).Training;

        Assert.Equal((0.8, 0.1, 0.999, 1.0, Precision.BFloat16), (training.Beta1, training.DropPath, training.Ema, training.GradientClip, training.Precision));
        Assert.Equal(
            new AugmentationRecipe
            {
                CropArea = 0.08,
                RandAugment = new RandAugmentRecipe(),
                ColorJitter = 0.3,
                Erasing = 0.25,
                Mixup = 0.8,
                CutMix = 1,
                MixProbability = 0.9,
                SwitchProbability = 0.4,
                Repeats = 3,
            },
            training.Augmentation);
    }

    [Theory]
    [InlineData("dropPath: 0")]
    [InlineData("precision: float32")]
    [InlineData("beta1: 0.9")]
    [InlineData("augmentation: {}")]
    [InlineData("augmentation: { erasing: 0, colorJitter: 0, repeats: 1 }")]
    public void TrainingDefaultsWrittenOut_ChangeNoId(string option)
    {
        static StageId Pretrain(string keys) => ExperimentPlanner.Plan(SweepSpecReader.Read(
            Head.Replace("imagesPerEpoch: 10000", keys, StringComparison.Ordinal) + "space: { method: { values: [somp] }, sparsity: { values: [0.4] } }\n",
            "sweep.yaml")).Dense.Stages[0].Id;

        Assert.Equal(Pretrain("batch: 64"), Pretrain(option));
    }

    [Fact]
    public void Photographs_AreNamedByWhatIsStatedOfThem()
    {
        const string Folder = "folder: { classes: 100, trainingImages: 126689, testImages: 5000 }";
        var text = Head.Replace("vit-nano-28", "deit-tiny", StringComparison.Ordinal)
            + "space: { method: { values: [somp] }, sparsity: { values: [0.4] } }\n";
        DataRecipe Data(string keys) => ((PretrainRecipe)ExperimentPlanner.Plan(SweepSpecReader.Read(
            text.Replace("{ name: fashion-mnist }", $"{{ name: imagenet-100, imageSize: 224, {Folder}{keys} }}", StringComparison.Ordinal), "sweep.yaml")).Dense.Stages[0]).Data;

        var declared = Data("");
        Assert.Equal((224, null, 100), (declared.ImageSize, declared.CropRatio, declared.Folder!.Classes));
        Assert.Equal(ImageFolderIdentity.Declared("imagenet-100", declared.Folder), declared.Digest);
        Assert.NotEqual(declared.Digest, ImageFolderIdentity.Declared("imagenet-1k", declared.Folder));
        Assert.Equal(declared, Data(", cropRatio: 0.875"));
        var known = Data(", cropRatio: 0.9, digest: " + new string('a', 64));
        Assert.Equal((0.9, new string('a', 64)), (known.CropRatio, known.Digest));
    }

    /// <summary>The data's own size, written out, is the data's own size.</summary>
    [Fact]
    public void ImageSize_ResizesARegisteredDataSet()
    {
        static PretrainRecipe Pretrain(string preset, string data) => (PretrainRecipe)ExperimentPlanner.Plan(SweepSpecReader.Read(
            Head.Replace("vit-nano-28", preset, StringComparison.Ordinal).Replace("fashion-mnist", $"fashion-mnist{data}", StringComparison.Ordinal)
            + "space: { method: { values: [somp] }, sparsity: { values: [0.4] } }\n", "sweep.yaml")).Dense.Stages[0];

        Assert.Equal(32, Pretrain("vit-nano-32", ", imageSize: 32").Data.ImageSize);
        Assert.Equal(Pretrain("vit-nano-28", "").Id, Pretrain("vit-nano-28", ", imageSize: 28").Id);
    }
}
