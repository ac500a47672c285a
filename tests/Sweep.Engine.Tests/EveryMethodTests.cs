using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>What holds for the cut of every structured method, on random nets whose blocks differ.</summary>
public class EveryMethodTests
{
    private const int Seeds = 12;

    public static TheoryData<PruningMethod> Structured =>
        [.. Enum.GetValues<PruningMethod>().Where(method => method is not (PruningMethod.Omp or PruningMethod.Gmp))];

    /// <summary>Blocks of different numbers of heads, widths (queries and values apart), and scale.</summary>
    private static ViTShape RandomShape(SeededRandom random) => new()
    {
        ImageSize = 8,
        PatchSize = 4,
        Channels = 1 + random.Next(2),
        Classes = 2 + random.Next(4),
        Width = 16 + 4 * random.Next(5),
        Blocks = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => new BlockShape
        {
            Heads = 2 + random.Next(3),
            QueryKeyWidth = 4 + random.Next(6),
            ValueWidth = 5 + random.Next(5),
            MlpWidth = 24 + random.Next(30),
            ScaleWidth = 4 + random.Next(6),
        })],
    };

    private static PruningBudget RandomBudget(SeededRandom random) => new()
    {
        Target = random.Next(4) is var target && target < 3 ? (BudgetTarget)target : null,
        Scope = random.Next(3) is var scope && scope < 2 ? (PruningScope)scope : null,
        MultipleOf = random.Next(2) == 0 ? null : 1 + random.Next(4),
    };

    private static StructurePatterns RandomPatterns(SeededRandom random) => new()
    {
        Heads = random.Next(4) > 0,
        QueryKey = random.Next(2) == 0,
        ValueProjection = random.Next(2) == 0,
    };

    /// <summary>The plan as HardPrune makes it, or as the stage before makes it.</summary>
    private static PruningPlan Plan(PruningMethod method, Net net, CutTarget target, StructurePatterns patterns, long seed)
    {
        switch (method)
        {
            case PruningMethod.Vtp:
                return GatePlanner.Plan(net, target).Plan;
            case PruningMethod.Gohsp:
                var heads = HeadScores.Of(GroupScores.Random(net.Shape, seed + 1), (HeadOrientation)(seed % 2));
                return MagnitudePlanner.WithBudgets(net, GroupPlanner.Budgets(target, patterns, GroupScores.Of(net), heads), heads);
            case PruningMethod.Taylor:
                return GroupPlanner.Plan(target, patterns, SlopeTests.Scores(net, (ScoreCriterion)(seed % 3), images: 6, batch: 3));
            case PruningMethod.Ssp:
                return GroupPlanner.Plan(target, patterns, SlopeTests.Scores(net, ScoreCriterion.Salience, images: 4, batch: 4));
            case PruningMethod.Random:
                return GroupPlanner.Plan(target, patterns, GroupScores.Random(net.Shape, seed));
            case PruningMethod.S2vite:
                return GroupPlanner.Plan(target, GroupPlanner.HeadsAndUnits, GroupScores.Of(net, GroupNorm.L1));
            default:
                return GroupPlanner.Plan(target, patterns, GroupScores.Of(net, method == PruningMethod.Somp ? (GroupNorm)(seed % 2) : GroupNorm.L2));
        }
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Masked_and_sliced_nets_are_one_function(PruningMethod method)
    {
        var reached = 0;
        for (long seed = 0; seed < Seeds; seed++)
        {
            var random = new SeededRandom(seed, "methods", (int)method);
            var shape = RandomShape(random);
            var net = TestNets.Random(shape, seed);
            net = method == PruningMethod.Vtp ? SurgeryTests.WithRandomGates(net) : net;
            var scope = method == PruningMethod.Vtp ? PruningScope.Global : PruningScope.PerLayer;
            var sparsity = 0.65 * random.NextDouble() * ViTCost.LargestSparsity(shape);
            var target = new CutTarget(shape, sparsity, RandomBudget(random), scope);
            PruningPlan plan;
            try
            {
                plan = Plan(method, net, target, RandomPatterns(random), seed);
            }
            catch (StageFaultException fault)
            {
                Assert.Equal(FailureReason.UnreachableSparsity, fault.Reason);
                continue;
            }

            var dense = GateFolding.WithoutGates(net, GateRule.Fold);
            var cut = HardPruner.Prune(dense, plan);

            reached++;
            Assert.Equal(ViTCost.Parameters(plan.After), cut.Values.Length);
            if (target.Measure != BudgetTarget.Channels)
            {
                Assert.InRange(target.Error(target.Cost(cut.Shape)), 0, target.Slack);
            }

            SurgeryTests.AssertSameFunction(PlanMask.Apply(dense, plan), cut);
        }

        Assert.True(reached >= Seeds * 2 / 3, $"only {reached} of {Seeds} sparsities were within reach");
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Sparsity_0_gives_the_dense_net_back(PruningMethod method)
    {
        foreach (var measure in Enum.GetValues<BudgetTarget>())
        {
            foreach (var scope in Enum.GetValues<PruningScope>())
            {
                var net = TestNets.Random(TestNets.WideShape, 3);
                var input = method == PruningMethod.Vtp ? net.WithGates() : net;
                var target = new CutTarget(net.Shape, 0, new PruningBudget { Target = measure, Scope = scope, MultipleOf = 5 });

                var plan = Plan(method, input, target, new StructurePatterns(), 1);

                Assert.Equal(net.Values, HardPruner.Prune(GateFolding.WithoutGates(input, GateRule.Fold), plan).Values);
            }
        }
    }

    [Theory]
    [InlineData(RemovedBias.Fold)]
    [InlineData(RemovedBias.Drop)]
    public void Whole_branches_may_go(RemovedBias bias)
    {
        var net = TestNets.Random(TestNets.Shape, 4);
        BlockBudget[] budgets = [new(0, 1, 1, 7), new(2, 3, 2, 0), new(0, 1, 1, 0)];
        var plan = MagnitudePlanner.WithBudgets(net, budgets, HeadScores.ByMagnitude(net)) with { Bias = bias };

        var cut = HardPruner.Prune(net, plan);

        Assert.Equal(new CutTarget(net.Shape, 0).Cost(budgets), cut.Values.Length);
        Assert.Equal([0, 2, 0], cut.Shape.Blocks.Select(block => block.Heads));
        SurgeryTests.AssertSameFunction(PlanMask.Apply(net, plan), cut);
    }

    [Fact]
    public void A_draw_follows_from_its_seed()
    {
        var target = new CutTarget(TestNets.WideShape, 0.4);
        string Drawn(long seed) => CanonicalJson.Serialize(
            GroupPlanner.Plan(target, GroupPlanner.HeadsAndUnits, GroupScores.Random(TestNets.WideShape, seed)));

        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void Two_norms_can_keep_two_structures()
    {
        var net = TestNets.Random(TestNets.WideShape, 5);
        net[Name.Fc1Weight(0)][..24].Fill(0.2f);   // unit 0: many small weights
        net[Name.Fc1Weight(0)][24..48].Clear();
        net[Name.Fc1Weight(0)][24] = 2;            // unit 1: one large weight
        foreach (ref var bias in net[Name.Fc1Bias(0)])
        {
            bias = 0;
        }

        for (var row = 0; row < 24; row++)
        {
            net[Name.Fc2Weight(0)][row * 48] = net[Name.Fc2Weight(0)][row * 48 + 1] = 0;
        }

        var (l2, l1) = (GroupScores.Of(net)[0].Mlp, GroupScores.Of(net, GroupNorm.L1)[0].Mlp);

        Assert.Equal(Math.Sqrt(24) * 0.2, l2[0], 6);
        Assert.Equal(2, l2[1], 6);
        Assert.Equal(24 * 0.2, l1[0], 6);
        Assert.Equal(2, l1[1], 6);
    }
}
