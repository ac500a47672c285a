using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class BudgetTests
{
    private static readonly ViTShape s_nano = ModelPreset.Find("vit-nano-28", 1, 10)!;

    private static readonly StructurePatterns s_headsAndUnits = new() { QueryKey = false, ValueProjection = false };

    public static TheoryData<string, double> Cuts => Grid([0.05, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);

    /// <summary>Whole heads cannot go as far as channels of heads.</summary>
    public static TheoryData<string, double> ShallowCuts => Grid([0.05, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7]);

    /// <summary>Every preset at every sparsity that leaves a head of one channel and an MLP of one unit in each block.</summary>
    private static TheoryData<string, double> Grid(double[] sparsities)
    {
        var data = new TheoryData<string, double>();
        foreach (var preset in ModelPreset.Names)
        {
            var dense = ModelPreset.Find(preset, 3, 10)!;
            var least = dense with { Blocks = [.. dense.Blocks.Select(block => new BlockBudget(1, 1, 1, 1).Shape(block))] };
            foreach (var sparsity in sparsities.Where(sparsity => sparsity <= ViTCost.Sparsity(dense, least)))
            {
                data.Add(preset, sparsity);
            }
        }

        return data;
    }

    private static long Parameters(ViTShape dense, IReadOnlyList<BlockBudget> budgets) => new CutTarget(dense, 0).Cost(budgets);

    [Theory]
    [MemberData(nameof(Cuts))]
    public void All_patterns_meet_the_sparsity(string preset, double sparsity)
    {
        var dense = ModelPreset.Find(preset, 3, 10)!;

        var budgets = UniformBudget.Solve(new CutTarget(dense, sparsity), new StructurePatterns());

        Assert.InRange(1 - Parameters(dense, budgets) / (double)ViTCost.Parameters(dense), sparsity - 0.005, sparsity + 0.005);
        Assert.All(budgets, budget => Assert.True(budget is { Heads: >= 1, QueryKey: >= 1, Value: >= 1, Mlp: >= 1 }));
    }

    [Theory]
    [MemberData(nameof(ShallowCuts))]
    public void Heads_and_units_meet_the_sparsity(string preset, double sparsity)
    {
        var dense = ModelPreset.Find(preset, 3, 10)!;
        var budgets = UniformBudget.Solve(new CutTarget(dense, sparsity), s_headsAndUnits);

        Assert.InRange(1 - Parameters(dense, budgets) / (double)ViTCost.Parameters(dense), sparsity - 0.005, sparsity + 0.005);
        Assert.All(budgets.Zip(dense.Blocks), pair => Assert.Equal(pair.Second.QueryKeyWidth, pair.First.QueryKey));
    }

    [Fact]
    public void Units_alone_cut_units_alone()
    {
        var only = new StructurePatterns { Heads = false, QueryKey = false, ValueProjection = false };

        var budgets = UniformBudget.Solve(new CutTarget(s_nano, 0.3), only);

        Assert.All(budgets, budget => Assert.True(budget is { Heads: 4, QueryKey: 16, Value: 16, Mlp: < 128 }));
        Assert.True(budgets.Max(budget => budget.Mlp) - budgets.Min(budget => budget.Mlp) <= 1);
    }

    [Fact]
    public void Sparsity_0_keeps_everything() =>
        Assert.Equal(s_nano.Blocks.Select(BlockBudget.Whole), UniformBudget.Solve(new CutTarget(s_nano, 0), new StructurePatterns()));

    [Theory]
    [InlineData(0.97)]
    [InlineData(0.99)]
    public void An_impossible_sparsity_names_the_largest_possible(double sparsity)
    {
        var fault = Assert.Throws<StageFaultException>(() => UniformBudget.Solve(new CutTarget(s_nano, sparsity), new StructurePatterns()));

        Assert.Equal(FailureReason.UnreachableSparsity, fault.Reason);
        Assert.Contains("at most 0.9409", fault.Message); // one head of width 1 and one unit a block
    }

    [Fact]
    public void Units_alone_reach_less()
    {
        var only = new StructurePatterns { Heads = false, QueryKey = false, ValueProjection = false };

        var fault = Assert.Throws<StageFaultException>(() => UniformBudget.Solve(new CutTarget(s_nano, 0.6), only));

        // 4 blocks x 127 units x 129 parameters of 139,018
        Assert.Contains("at most 0.4714", fault.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_sparsity_outside_its_range_is_refused(double sparsity) =>
        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => new CutTarget(s_nano, sparsity)).Reason);

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Global_magnitude_meets_the_sparsity_and_keeps_heads_equally_wide(double sparsity)
    {
        var net = TestNets.Random(s_nano, 1);
        var target = new CutTarget(s_nano, sparsity, scope: PruningScope.Global);

        foreach (var patterns in new[] { s_headsAndUnits, new StructurePatterns() })
        {
            var plan = GroupPlanner.Plan(target, patterns, GroupScores.Of(net));

            Assert.True(target.Error(ViTCost.Parameters(plan.After)) <= target.Slack);
            Assert.All(plan.Blocks, block => Assert.Single(block.QueryKey.Select(kept => kept.Count).Distinct()));
        }
    }

    [Fact]
    public void Magnitude_keeps_the_largest_groups()
    {
        var net = TestNets.Random(s_nano, 2);
        var scores = GroupScores.Of(net);
        var budgets = s_nano.Blocks.Select(_ => new BlockBudget(2, 5, 7, 30)).ToList();

        var plan = MagnitudePlanner.WithBudgets(net, budgets, HeadScores.ByMagnitude(net));

        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            var block = plan.Blocks[i];
            AssertLargest(scores[i].Heads, block.Heads, 2);
            AssertLargest(scores[i].Mlp, block.Mlp, 30);
            AssertLargest(scores[i].QueryKey[block.Heads[1]], block.QueryKey[1], 5);
            AssertLargest(scores[i].Value[block.Heads[0]], block.Value[0], 7);
        }
    }

    private static void AssertLargest(double[] norms, IReadOnlyList<int> kept, int count)
    {
        Assert.Equal(count, kept.Count);
        Assert.Equal(kept.Order(), kept);
        Assert.True(kept.Min(i => norms[i]) >= Enumerable.Range(0, norms.Length).Except(kept).Max(i => norms[i]));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Gates_meet_the_sparsity_with_one_threshold(double sparsity)
    {
        var net = SurgeryTests.WithRandomGates(TestNets.Random(s_nano, 3));
        var target = new CutTarget(s_nano, sparsity, scope: PruningScope.Global);

        var (plan, bound) = GatePlanner.Plan(net, target);

        Assert.True(target.Error(ViTCost.Parameters(plan.After)) <= target.Slack);
        if (sparsity == 0)
        {
            Assert.Equal(s_nano, plan.After with { Blocks = s_nano.Blocks });
            Assert.All(plan.After.Blocks.Zip(s_nano.Blocks), pair => Assert.Equal(pair.Second, pair.First));
        }

        if (bound == 0)
        {
            var (kept, gone) = Sizes(net, plan);
            Assert.True(gone.Count == 0 || gone.Max() <= kept.Min());
        }
    }

    [Fact]
    public void Gates_reach_no_further_than_their_floor()
    {
        var net = SurgeryTests.WithRandomGates(TestNets.Random(s_nano, 3));

        var fault = Assert.Throws<StageFaultException>(() => GatePlanner.Plan(net, new CutTarget(s_nano, 0.9, scope: PruningScope.Global)));

        Assert.Equal(FailureReason.UnreachableSparsity, fault.Reason);
        Assert.Contains("at most 0.87", fault.Message);
    }

    private static (List<float> Kept, List<float> Gone) Sizes(Net net, PruningPlan plan)
    {
        var (kept, gone) = (new List<float>(), new List<float>());
        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            var block = plan.Blocks[i];
            (string Gate, IReadOnlyList<int>? Kept)[] sites =
            [
                (Name.AttentionInputGate(i), block.AttentionInputs),
                (Name.AttentionResultGate(i), block.ProjectionInputs),
                (Name.MlpInputGate(i), block.MlpInputs),
                (Name.MlpHiddenGate(i), block.Mlp),
            ];
            foreach (var (gate, channels) in sites)
            {
                var values = net[gate].ToArray();
                for (var channel = 0; channel < values.Length; channel++)
                {
                    (channels is null || channels.Contains(channel) ? kept : gone).Add(Math.Abs(values[channel]));
                }
            }
        }

        return (kept, gone);
    }
}
