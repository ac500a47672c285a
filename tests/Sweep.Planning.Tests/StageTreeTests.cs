using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class StageTreeTests
{
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);

    [Fact]
    public void Tree_HoldsEachStageOnceWithParentsFirst()
    {
        var tree = StageTree.Of(s_plan);
        var seen = new HashSet<StageId>();

        Assert.Equal(s_plan.Stages, tree.Stages.Count);
        foreach (var node in tree.Stages)
        {
            Assert.True(node.Recipe.ParentId is not { } parent || seen.Contains(parent));
            Assert.True(seen.Add(node.Id));
            Assert.All(node.Children, child => Assert.Equal(node.Id, tree[child].Recipe.ParentId));
        }

        Assert.Equal(s_plan.EpochsNeeded, tree.Stages.Sum(node => node.Recipe.Epochs));
    }

    [Fact]
    public void Tree_KnowsTheTrialsThroughAStage()
    {
        var tree = StageTree.Of(s_plan);

        Assert.Equal(19, Assert.Single(tree.Roots).Trials.Count);
        Assert.Equal(["dense"], tree[s_plan.Dense.Stages[^1].Id].Trials);
        Assert.Equal(9, tree[s_plan.Trials[0].Stages[1].Id].Trials.Count);
    }

    /// <summary>Pretrain 6 + SoftPrune 2 + FineTune 3 on the longest path.</summary>
    [Fact]
    public void CriticalPath_IsTheEpochsToTheFarthestLeaf()
    {
        var tree = StageTree.Of(s_plan);

        Assert.Equal([11, 5, 5, 3, 3, 0], s_plan.Trials[0].Stages.Select(stage => tree[stage.Id].CriticalPath));
        Assert.Equal([11, 3, 3, 0], s_plan.Trials[^1].Stages.Select(stage => tree[stage.Id].CriticalPath));
        Assert.Equal([11, 0], s_plan.Dense.Stages.Select(stage => tree[stage.Id].CriticalPath));
    }

    [Fact]
    public void Tree_RendersSharedStagesOnce()
    {
        var plan = ExperimentPlanner.Plan(SpecText.Spec with
        {
            Space = SpecText.Spec.Space with { Sparsity = new() { Values = [0.2, 0.4] }, Rho = null, Lambda = null },
        });

        Assert.Equal(
            """
            Pretrain [6 epochs]  7 trials
            ├─ Evaluate  dense
            ├─ RankHeads  2 trials
            │  ├─ SoftPrune(ρ=0.01, λ=0, s=0.2) [2 epochs] → HardPrune(gohsp, s=0.2) → FineTune [3 epochs] → Evaluate  t0001
            │  └─ SoftPrune(ρ=0.01, λ=0, s=0.4) [2 epochs] → HardPrune(gohsp, s=0.4) → FineTune [3 epochs] → Evaluate  t0002
            ├─ SparseTrain(λ=0.0001) [2 epochs]  2 trials
            │  ├─ HardPrune(vtp, s=0.2) → FineTune [3 epochs] → Evaluate  t0003
            │  └─ HardPrune(vtp, s=0.4) → FineTune [3 epochs] → Evaluate  t0004
            ├─ HardPrune(somp, s=0.2) → FineTune [3 epochs] → Evaluate  t0005
            └─ HardPrune(somp, s=0.4) → FineTune [3 epochs] → Evaluate  t0006

            """,
            StageTree.Of(plan).Render());
    }
}
