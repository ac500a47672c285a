using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class SurgeryTests
{
    public static TheoryData<long, RemovedBias> Plans
    {
        get
        {
            var data = new TheoryData<long, RemovedBias>();
            for (long seed = 0; seed < 20; seed++)
            {
                data.Add(seed, RemovedBias.Fold);
                data.Add(seed, RemovedBias.Drop);
            }

            return data;
        }
    }

    internal static void AssertSameFunction(Net expected, Net actual)
    {
        var logits = TestNets.Logits(expected);
        var scale = Math.Max(1, logits.Max(Math.Abs));
        var difference = TestNets.LargestDifference(logits, TestNets.Logits(actual));
        Assert.True(difference <= 1e-5 * scale, $"logits of size {scale} differ by {difference}");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Masked_and_sliced_nets_are_one_function(long seed, RemovedBias bias)
    {
        var net = TestNets.Random(TestNets.Shape, seed);
        var plan = TestNets.RandomPlan(TestNets.Shape, seed, bias);

        var cut = HardPruner.Prune(net, plan);

        Assert.Equal(ViTCost.Parameters(plan.After), cut.Values.Length);
        AssertSameFunction(PlanMask.Apply(net, plan), cut);
    }

    [Fact]
    public void A_plan_that_keeps_all_returns_the_net()
    {
        var net = TestNets.Random(TestNets.Shape, 1);

        Assert.Equal(net.Values, HardPruner.Prune(net, PruningPlan.Whole(net.Shape)).Values);
        Assert.Equal(net.Values, PlanMask.Apply(net, PruningPlan.Whole(net.Shape)).Values);
    }

    [Fact]
    public void The_projection_may_read_some_of_whole_values()
    {
        var net = TestNets.Random(TestNets.Shape, 2);
        var whole = PruningPlan.Whole(net.Shape);
        var plan = whole with { Blocks = [.. whole.Blocks.Select(block => block with { ProjectionInputs = [0, 3, 4, 9] })] };

        AssertSameFunction(PlanMask.Apply(net, plan), HardPruner.Prune(net, plan));
    }

    [Fact]
    public void A_removed_value_channel_leaves_its_bias_behind()
    {
        // The mask zeroes only weights, so the channel still adds its bias: dropping it must change the function, folding must not.
        var net = TestNets.Random(TestNets.Shape, 3);
        var whole = PruningPlan.Whole(net.Shape);
        var plan = whole with
        {
            Bias = RemovedBias.Fold,
            Blocks = [.. whole.Blocks.Select(block => block with { Value = [.. block.Value.Select(_ => (IReadOnlyList<int>)[1, 2])] })],
        };
        var folded = HardPruner.Prune(net, plan);
        var dropped = HardPruner.Prune(net, plan with { Bias = RemovedBias.Drop });

        AssertSameFunction(PlanMask.Apply(net, plan), folded);
        Assert.True(TestNets.LargestDifference(TestNets.Logits(folded), TestNets.Logits(dropped)) > 1e-3);
    }

    [Fact]
    public void Attention_keeps_the_scale_of_the_original_width()
    {
        var plan = TestNets.RandomPlan(TestNets.Shape, 5, RemovedBias.Fold);

        Assert.All(plan.After.Blocks, block => Assert.Equal(4, block.ScaleWidth));
    }

    [Fact]
    public void A_cut_net_is_not_cut_again()
    {
        var net = TestNets.Random(TestNets.Shape, 4);
        var plan = PruningPlan.Whole(net.Shape);
        var cut = HardPruner.Prune(net, plan with { Blocks = [.. plan.Blocks.Select(block => block with { MlpInputs = [0, 1] })] });

        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => HardPruner.Prune(cut, plan)).Reason);
    }

    [Fact]
    public void Fresh_gates_change_nothing()
    {
        var net = TestNets.Random(TestNets.Shape, 6);

        AssertSameFunction(net, net.WithGates());
        Assert.Equal(net.Values, GateFolding.WithoutGates(net.WithGates(), GateRule.Fold).Values);
    }

    [Fact]
    public void Folded_gates_are_exact_and_binary_ones_are_not()
    {
        var gated = WithRandomGates(TestNets.Random(TestNets.Shape, 7));

        AssertSameFunction(gated, GateFolding.WithoutGates(gated, GateRule.Fold));
        Assert.True(TestNets.LargestDifference(TestNets.Logits(gated), TestNets.Logits(GateFolding.WithoutGates(gated, GateRule.Binary))) > 1e-3);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    public void Gates_of_0_and_the_cut_of_their_plan_are_one_function(double sparsity)
    {
        var gated = WithRandomGates(TestNets.Random(TestNets.WideShape, 8));
        var (plan, _) = GatePlanner.Plan(gated, new CutTarget(gated.Shape, sparsity, scope: PruningScope.Global));
        var closed = gated.Clone();
        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            Close(closed[Name.AttentionInputGate(i)], plan.Blocks[i].AttentionInputs);
            Close(closed[Name.AttentionResultGate(i)], plan.Blocks[i].ProjectionInputs);
            Close(closed[Name.MlpInputGate(i)], plan.Blocks[i].MlpInputs);
            Close(closed[Name.MlpHiddenGate(i)], plan.Blocks[i].Mlp);
        }

        AssertSameFunction(closed, HardPruner.Prune(GateFolding.WithoutGates(gated, GateRule.Fold), plan));
    }

    internal static Net WithRandomGates(Net net)
    {
        var gated = net.WithGates();
        var random = new SeededRandom(1, "gates");
        foreach (ref var gate in gated.Values.AsSpan(gated.Layout.WeightLength))
        {
            gate = (float)(random.NextDouble() * 2 - 0.5);
        }

        return gated;
    }

    private static void Close(Span<float> gates, IReadOnlyList<int>? kept)
    {
        for (var i = 0; kept is not null && i < gates.Length; i++)
        {
            gates[i] = kept.Contains(i) ? gates[i] : 0;
        }
    }
}
