using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Which stage carries out which recipe.</summary>
public static class StageCatalog
{
    public static IStage For(StageRecipe recipe) => recipe switch
    {
        PretrainRecipe pretrain => new PretrainStage(pretrain),
        RankHeadsRecipe rankHeads => new RankHeadsStage(rankHeads),
        ScoreGroupsRecipe scoreGroups => new ScoreGroupsStage(scoreGroups),
        SoftPruneRecipe softPrune => new SoftPruneStage(softPrune),
        SparseTrainRecipe sparseTrain => new SparseTrainStage(sparseTrain),
        GradualPruneRecipe gradualPrune => new GradualPruneStage(gradualPrune),
        DynamicSparseRecipe dynamicSparse => new DynamicSparseStage(dynamicSparse),
        HardPruneRecipe hardPrune => new HardPruneStage(hardPrune),
        FineTuneRecipe fineTune => new FineTuneStage(fineTune),
        EvaluateRecipe evaluate => new EvaluateStage(evaluate),
        LoadWeightsRecipe loadWeights => new LoadWeightsStage(loadWeights),
        BenchmarkRecipe benchmark => new BenchmarkStage(benchmark),
        _ => throw StageFaultException.InvalidRecipe($"This engine knows no stage of kind {recipe?.Kind}."),
    };
}
