using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>A golden loss that changes means another answer for the same recipe: raise the kind's version.</summary>
public sealed class TrainingGoldenTests : IDisposable
{
    private static readonly TrainingRecipe s_plain = StageBench.Training;

    private static readonly TrainingRecipe s_deit = s_plain with
    {
        Augmentation = new AugmentationRecipe { Mixup = 0.8, CutMix = 1 },
        DropPath = 0.1,
        Ema = 0.9,
        GradientClip = 1,
    };

    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = s_plain };

    private static readonly RankHeadsRecipe s_rankHeads = new() { Parent = s_pretrain.Id, Data = StageBench.Data, Images = 100 };

    private static readonly SoftPruneRecipe s_softPrune = new()
    {
        Parent = s_rankHeads.Id,
        Weights = s_pretrain.Id,
        Data = StageBench.Data,
        Training = s_plain,
        Sparsity = 0.4,
        Rho = 0.1,
        Lambda = 0,
        UpdatesPerEpoch = 2,
        FinalRhoFactor = 5,
    };

    private static readonly SparseTrainRecipe s_sparseTrain = new()
    {
        Parent = s_pretrain.Id,
        Data = StageBench.Data,
        Training = s_plain,
        Lambda = 1e-3,
    };

    private static readonly HardPruneRecipe s_hardPrune = new() { Parent = s_pretrain.Id, Method = PruningMethod.Somp, Sparsity = 0.4 };

    private static readonly FineTuneRecipe s_fineTune = new() { Parent = s_hardPrune.Id, Data = StageBench.Data, Training = s_plain };

    private static readonly Dictionary<string, StageRecipe> s_recipes = new()
    {
        ["Pretrain"] = s_pretrain,
        ["Pretrain by DeiT's recipe"] = s_pretrain with { Training = s_deit },
        ["Pretrain by DeiT's recipe in bfloat16"] = s_pretrain with { Training = s_deit with { Precision = Precision.BFloat16 } },
        ["SoftPrune"] = s_softPrune,
        ["SparseTrain"] = s_sparseTrain,
        ["FineTune"] = s_fineTune,
        ["FineTune under a soft teacher"] = s_fineTune with { Distillation = new DistillationRecipe { Teacher = s_pretrain.Id } },
        ["FineTune under a hard teacher"] =
            s_fineTune with { Distillation = new DistillationRecipe { Teacher = s_pretrain.Id, Kind = DistillationKind.Hard } },
    };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, double[]> Losses => new()
    {
        { "Pretrain", [1.08221, 0.88266, 0.78979, 0.74254] },
        { "Pretrain by DeiT's recipe", [1.13009, 1.05514, 0.93128, 0.89561] },
        { "Pretrain by DeiT's recipe in bfloat16", [1.13003, 1.05454, 0.93060, 0.89490] },
        { "SoftPrune", [0.77686, 0.64735, 0.63935, 0.60939] },
        { "SparseTrain", [0.78340, 0.63921, 0.63247, 0.61488] },
        { "FineTune", [0.78384, 0.64923, 0.62487, 0.60497] },
        { "FineTune under a soft teacher", [0.41204, 0.35459, 0.34919, 0.34737] },
        { "FineTune under a hard teacher", [0.74381, 0.60522, 0.56198, 0.52176] },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_losses_are_those_of_version_1(string title, double[] expected)
    {
        foreach (var ancestor in new StageRecipe[] { s_pretrain, s_rankHeads, s_hardPrune })
        {
            _bench.Run(ancestor);
        }

        var recipe = s_recipes[title];

        var losses = _bench.Run(recipe, "golden").Curve!.Select(record => record.Loss).ToList();

        var found = string.Join(", ", losses.Select(loss => loss.ToString("0.00000", CultureInfo.InvariantCulture)));
        Assert.Equal(1, recipe.Version);
        Assert.True(expected.Length == losses.Count, found);
        Assert.True(losses.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < Tolerance(title)), $"{title}: {found} found");
    }

    /// <summary>Another BLAS rounds otherwise, and bfloat16 keeps 8 bits.</summary>
    private static double Tolerance(string title) => title.EndsWith("bfloat16", StringComparison.Ordinal) ? 0.02 : 1e-3;
}
