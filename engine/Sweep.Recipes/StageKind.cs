namespace Sweep.Recipes;

/// <summary>What a stage does. The name, in lower case, opens its <see cref="StageId"/>.</summary>
public enum StageKind
{
    Pretrain,
    RankHeads,
    SoftPrune,
    SparseTrain,
    HardPrune,
    FineTune,
    Evaluate,
    LoadWeights,
    ScoreGroups,
    GradualPrune,
    DynamicSparse,
    Benchmark,
}
