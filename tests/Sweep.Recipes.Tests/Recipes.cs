namespace Sweep.Recipes.Tests;

/// <summary>One recipe of each kind, in a chain.</summary>
internal static class Recipes
{
    public static DataRecipe Data { get; } = new()
    {
        Name = "fashion-mnist",
        Digest = KnownData.Find("fashion-mnist")!.Digest,
        Validation = 5000,
        SplitSeed = 7,
    };

    public static TrainingRecipe Training { get; } = new() { Epochs = 2, LearningRate = 3e-3, Batch = 64, Seed = 1 };

    public static PretrainRecipe Pretrain { get; } = new()
    {
        Shape = ModelPreset.Find("vit-nano-28", 1, 10)!,
        Data = Data,
        Training = Training,
    };

    public static RankHeadsRecipe RankHeads { get; } = new() { Parent = Pretrain.Id, Data = Data };

    public static SoftPruneRecipe SoftPrune { get; } = new()
    {
        Parent = RankHeads.Id,
        Weights = Pretrain.Id,
        Data = Data,
        Training = Training,
        Sparsity = 0.4,
        Rho = 1e-2,
        Lambda = 1e-4,
    };

    public static SparseTrainRecipe SparseTrain { get; } = new() { Parent = Pretrain.Id, Data = Data, Training = Training, Lambda = 1e-4 };

    public static HardPruneRecipe HardPrune { get; } = new()
    {
        Parent = SparseTrain.Id,
        Method = PruningMethod.Vtp,
        Sparsity = 0.4,
        Gates = GateRule.Fold,
    };

    public static FineTuneRecipe FineTune { get; } = new() { Parent = HardPrune.Id, Data = Data, Training = Training with { From = 1, To = 2 } };

    public static EvaluateRecipe Evaluate { get; } = new() { Parent = FineTune.Id, Data = Data };

    public static IReadOnlyList<StageRecipe> Each => [Pretrain, RankHeads, SoftPrune, SparseTrain, HardPrune, FineTune, Evaluate];

    public static TheoryData<StageRecipe> All => [.. Each];
}
