using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class CutTargetTests
{
    private static readonly ViTShape s_nano = ModelPreset.Find("vit-nano-28", 1, 10)!;

    private static readonly ViTShape s_tiny = ModelPreset.Find("deit-tiny", 3, 10)!;

    private static readonly PruningBudget s_channels = new() { Target = BudgetTarget.Channels };

    public static TheoryData<string, double, PruningScope> FlopsCuts
    {
        get
        {
            var data = new TheoryData<string, double, PruningScope>();
            foreach (var preset in new[] { "vit-nano-28", "vit-micro-28", "deit-tiny", "vit-tiny-32" })
            {
                foreach (var sparsity in new[] { 0.1, 0.3, 0.5, 0.7 })
                {
                    data.Add(preset, sparsity, PruningScope.PerLayer);
                    data.Add(preset, sparsity, PruningScope.Global);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FlopsCuts))]
    public void A_target_of_Flops_is_met_in_Flops(string preset, double sparsity, PruningScope scope)
    {
        var dense = ModelPreset.Find(preset, 3, 10)!;
        var target = new CutTarget(dense, sparsity, new PruningBudget { Target = BudgetTarget.Flops, Scope = scope });

        foreach (var patterns in new[] { new StructurePatterns(), GroupPlanner.HeadsAndUnits })
        {
            var plan = GroupPlanner.Plan(target, patterns, GroupScores.Random(dense, 1));

            Assert.InRange(1 - ViTCost.Flops(plan.After) / (double)ViTCost.Flops(dense), sparsity - 0.005, sparsity + 0.005);
        }
    }

    [Fact]
    public void Parameters_and_Flops_are_two_targets()
    {
        var byFlops = UniformBudget.Solve(new CutTarget(s_tiny, 0.4, new PruningBudget { Target = BudgetTarget.Flops }), new StructurePatterns());
        var parameters = new CutTarget(s_tiny, 0.4);

        Assert.True(parameters.Error(parameters.Cost(byFlops)) > parameters.Slack);
    }

    [Fact]
    public void Channels_are_counted_in_each_layer()
    {
        var budgets = UniformBudget.Solve(new CutTarget(s_nano, 0.3, s_channels), new StructurePatterns());

        // of 4 heads 1 goes, of 16 pairs and channels 4, of 128 units 38
        Assert.All(budgets, budget => Assert.Equal(new BlockBudget(3, 12, 12, 90), budget));
    }

    [Fact]
    public void Channels_are_counted_over_the_net_where_all_layers_compete()
    {
        var target = new CutTarget(s_nano, 0.3, s_channels with { Scope = PruningScope.Global });

        var budgets = GroupPlanner.Budgets(
            target, GroupPlanner.HeadsAndUnits, GroupScores.Random(s_nano, 3), HeadScores.Of(GroupScores.Random(s_nano, 3)));

        Assert.Equal(16 - 4, budgets.Sum(budget => budget.Heads));
        Assert.Equal(512 - 153, budgets.Sum(budget => budget.Mlp));
        Assert.True(budgets.Select(budget => budget.Mlp).Distinct().Count() > 1);
        Assert.All(budgets, budget => Assert.Equal((16, 16), (budget.QueryKey, budget.Value)));
    }

    /// <summary>0.29 · 100 is 28.999999999999996 in binary.</summary>
    [Theory]
    [InlineData(0.29, 100, 29)]
    [InlineData(0.7, 10, 7)]
    [InlineData(0.999, 10, 9)]
    [InlineData(0.4, 64_512, 25_804)]
    public void A_rate_is_read_as_a_decimal(double rate, int count, int removed) => Assert.Equal(removed, new CutTarget(s_nano, rate).Removed(count));

    public static TheoryData<string, int, BudgetTarget, PruningScope> Multiples
    {
        get
        {
            var data = new TheoryData<string, int, BudgetTarget, PruningScope>();
            foreach (var (preset, multiple) in new[] { ("vit-nano-28", 4), ("vit-nano-28", 8), ("deit-tiny", 8), ("deit-tiny", 16), ("deit-tiny", 48) })
            {
                foreach (var measure in Enum.GetValues<BudgetTarget>())
                {
                    data.Add(preset, multiple, measure, PruningScope.PerLayer);
                    data.Add(preset, multiple, measure, PruningScope.Global);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Multiples))]
    public void Widths_that_are_cut_are_multiples(string preset, int multiple, BudgetTarget measure, PruningScope scope)
    {
        var dense = ModelPreset.Find(preset, 3, 10)!;
        foreach (var sparsity in new[] { 0.15, 0.4, 0.6 })
        {
            var target = new CutTarget(dense, sparsity, new PruningBudget { Target = measure, Scope = scope, MultipleOf = multiple });

            var after = GroupPlanner.Plan(target, new StructurePatterns(), GroupScores.Random(dense, 2)).After;

            Assert.All(after.Blocks.Zip(dense.Blocks), pair =>
            {
                AssertAllowed(pair.First.QueryKeyWidth, pair.Second.QueryKeyWidth, multiple);
                AssertAllowed(pair.First.ValueWidth, pair.Second.ValueWidth, multiple);
                AssertAllowed(pair.First.MlpWidth, pair.Second.MlpWidth, multiple);
            });
            if (measure != BudgetTarget.Channels)
            {
                Assert.InRange(target.Error(target.Cost(after)), 0, target.Slack);
            }
        }
    }

    private static void AssertAllowed(int width, int whole, int multiple) =>
        Assert.True(width == whole || width % multiple == 0, $"{width} is neither {whole} nor a multiple of {multiple}");

    [Fact]
    public void Coarse_steps_widen_the_tolerance_by_half_of_the_dearest()
    {
        // 16 pairs of each of 4 heads, of which one stays: 15 · 4 · 2 · 65 parameters of 139,018
        Assert.Equal(15 * 4 * 2 * 65 / 2.0, new CutTarget(s_nano, 0.4, new PruningBudget { MultipleOf = 16 }).Slack);
        Assert.Equal(0.005 * 139_018, new CutTarget(s_nano, 0.4, new PruningBudget { MultipleOf = 1 }).Slack, 6);
    }

    [Fact]
    public void A_multiple_below_1_is_refused() => Assert.Equal(
        FailureReason.InvalidRecipe,
        Assert.Throws<StageFaultException>(() => new CutTarget(s_nano, 0.4, new PruningBudget { MultipleOf = 0 })).Reason);

    [Fact]
    public void Whole_branches_go_only_where_all_layers_compete()
    {
        var most = ViTCost.LargestSparsity(s_nano);
        var deep = most - 0.02;
        var scores = GroupScores.Random(s_nano, 4);
        PruningPlan Plan(PruningBudget? budget) => GroupPlanner.Plan(new CutTarget(s_nano, deep, budget), GroupPlanner.HeadsAndUnits, scores);

        var plan = Plan(new PruningBudget { Scope = PruningScope.Global });

        Assert.Contains(plan.After.Blocks, block => block.Heads == 0);
        Assert.Contains(plan.After.Blocks, block => block.MlpWidth == 0);
        Assert.Equal(FailureReason.UnreachableSparsity, Assert.Throws<StageFaultException>(() => Plan(null)).Reason);
    }

    [Fact]
    public void Heads_of_all_blocks_compete_by_their_number_times_their_importance()
    {
        var shape = s_nano with { Blocks = [.. s_nano.Blocks.Take(2)] };
        var heads = new HeadScores
        {
            Importance = [[0.26, 0.24, 0.25, 0.25], [0.02, 0.96, 0.01, 0.01]],
            Magnitude = [[1, 1, 1, 1], [1, 1, 1, 1]],
            Orientation = HeadOrientation.KeepHigh,
        };
        var only = new StructurePatterns { QueryKey = false, ValueProjection = false, Mlp = false };
        var target = new CutTarget(shape, 0.375, s_channels with { Scope = PruningScope.Global }); // 3 of 8 heads
        IReadOnlyList<int> Heads(HeadScores scores) =>
            [.. GroupPlanner.Budgets(target, only, GroupScores.Random(shape, 1), scores).Select(budget => budget.Heads)];

        Assert.Equal([4, 1], Heads(heads));
        Assert.Equal([2, 3], Heads(heads with { Orientation = HeadOrientation.KeepLow }));
    }

    [Theory]
    [InlineData(PruningScope.Global)]
    [InlineData(PruningScope.PerLayer)]
    public void The_rate_of_gates_is_that_of_all_sites(PruningScope scope)
    {
        var shape = ModelPreset.Find("deit-tiny", 3, 10)!;
        var net = SurgeryTests.WithRandomGates(TestNets.Random(shape, 1));

        var (plan, bound) = GatePlanner.Plan(net, new CutTarget(shape, 0.4, s_channels, scope));

        var kept = plan.After.Blocks.Select(block => (block.AttentionInputs ?? 192) + (block.ProjectionInputs ?? 192) + (block.MlpInputs ?? 192) + block.MlpWidth).ToList();
        Assert.Equal(0, bound);
        Assert.Equal((int)(0.4 * 7 * 192 * 12), 7 * 192 * 12 - kept.Sum());
        if (scope == PruningScope.PerLayer)
        {
            Assert.All(kept, block => Assert.InRange(block, 806, 807)); // of 1,344 in each block
        }
    }

    [Theory]
    [InlineData(BudgetTarget.Parameters)]
    [InlineData(BudgetTarget.Flops)]
    [InlineData(BudgetTarget.Channels)]
    public void Gates_go_in_steps_too(BudgetTarget measure)
    {
        var net = SurgeryTests.WithRandomGates(TestNets.Random(s_nano, 2));
        var target = new CutTarget(s_nano, 0.4, new PruningBudget { Target = measure, MultipleOf = 16 }, PruningScope.Global);

        var (plan, _) = GatePlanner.Plan(net, target);

        Assert.All(plan.After.Blocks, block =>
            Assert.All(new[] { block.AttentionInputs, block.ProjectionInputs, block.MlpInputs, block.MlpWidth }, width => Assert.Equal(0, (width ?? 0) % 16)));
        Assert.Contains(plan.After.Blocks, block => block.MlpWidth < 128);
        if (measure != BudgetTarget.Channels)
        {
            Assert.InRange(target.Error(target.Cost(plan.After)), 0, target.Slack);
        }
    }

    [Fact]
    public void A_projection_keeps_to_its_budgets_once_and_for_all()
    {
        for (long seed = 0; seed < 20; seed++)
        {
            var random = new SeededRandom(seed, "budgets");
            var net = TestNets.Random(TestNets.Shape, seed);
            BlockBudget[] budgets = [.. net.Shape.Blocks.Select(block => new BlockBudget(
                random.Next(block.Heads + 1), 1 + random.Next(block.QueryKeyWidth), 1 + random.Next(block.ValueWidth), random.Next(block.MlpWidth + 1)))];
            var heads = HeadScores.Of(GroupScores.Random(net.Shape, seed));
            float[] Projected(float[] values) =>
            [
                .. values.Zip(
                    GroupMask.Removed(net.Layout, MagnitudePlanner.WithBudgets(new Net(net.Layout, values), budgets, heads)).Values,
                    (value, gone) => (1 - gone) * value),
            ];

            var once = Projected(net.Values);

            Assert.Equal(once, Projected(once));
            Assert.All(once.Zip(net.Values), pair => Assert.True(pair.First == pair.Second || pair.First == 0));
        }
    }
}
