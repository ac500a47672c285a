using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>What a plan foretells of a net's cost, held against what the engine's planners do to real weights.</summary>
public class PredictedCostTests
{
    private static readonly ViTShape s_nano = ModelPreset.Find("vit-nano-28", 1, 10)!;

    private static CostPredictor Predictor(string more) => new(SweepSpecReader.Read(
        $$"""
        apiVersion: sweep/v1
        name: foretold
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 1, learningRate: 1e-3 }
        space:
          method:   { values: [gohsp, vtp, somp, taylor, omp] }
          sparsity: { values: [0.1] }
        sparsify: { epochs: 1 }
        finetune: { epochs: 1 }
        {{more}}
        """,
        "sweep.yaml"));

    private static string Yaml(PruningBudget budget) =>
        $"budget: {CanonicalJson.Serialize(budget)}\n".Replace("budget: {}\n", "", StringComparison.Ordinal);

    private static TrialSettings Settings(PruningMethod method, double sparsity) => new() { Method = method, Sparsity = sparsity };

    private static void AssertWithin(PredictedCosts predicted, ViTShape after)
    {
        Assert.InRange(ViTCost.Parameters(after), predicted.Parameters.Lowest, predicted.Parameters.Highest);
        Assert.InRange(ViTCost.Flops(after), predicted.Flops.Lowest, predicted.Flops.Highest);
    }

    [Theory]
    [InlineData(BudgetTarget.Parameters, 1)]
    [InlineData(BudgetTarget.Parameters, 8)]
    [InlineData(BudgetTarget.Flops, 1)]
    [InlineData(BudgetTarget.Flops, 8)]
    [InlineData(BudgetTarget.Channels, 1)]
    [InlineData(BudgetTarget.Channels, 8)]
    public void Layers_that_lose_the_same_cost_exactly_what_was_foretold(BudgetTarget target, int multiple)
    {
        var budget = new PruningBudget { Target = target, MultipleOf = multiple };
        var predictor = Predictor(Yaml(budget));
        foreach (var (method, patterns) in new[] { (PruningMethod.Gohsp, new StructurePatterns()), (PruningMethod.S2vite, GroupPlanner.HeadsAndUnits) })
        {
            foreach (var sparsity in new[] { 0.1, 0.25, 0.5, 0.6 })
            {
                var net = TestNets.Random(s_nano, 4);

                var after = GroupPlanner.Plan(new CutTarget(s_nano, sparsity, budget), patterns, GroupScores.Of(net)).After;

                var predicted = predictor.Predict(Settings(method, sparsity));
                Assert.True(predicted is { Parameters.IsExact: true, Flops.IsExact: true });
                Assert.Equal((ViTCost.Parameters(after), ViTCost.Flops(after)), (predicted.Parameters.Value, predicted.Flops.Value));
            }
        }
    }

    [Theory]
    [InlineData(BudgetTarget.Parameters, 1)]
    [InlineData(BudgetTarget.Parameters, 8)]
    [InlineData(BudgetTarget.Flops, 1)]
    [InlineData(BudgetTarget.Flops, 8)]
    [InlineData(BudgetTarget.Channels, 1)]
    [InlineData(BudgetTarget.Channels, 8)]
    public void Competing_layers_stay_within_the_bounds(BudgetTarget target, int multiple)
    {
        var budget = new PruningBudget { Target = target, MultipleOf = multiple, Scope = PruningScope.Global };
        var predictor = Predictor(Yaml(budget));
        foreach (var (method, patterns) in new[] { (PruningMethod.Gohsp, new StructurePatterns()), (PruningMethod.Taylor, new StructurePatterns()), (PruningMethod.Ssp, new StructurePatterns()) })
        {
            foreach (var sparsity in new[] { 0.1, 0.3, 0.5, 0.7 })
            {
                var predicted = predictor.Predict(Settings(method, sparsity));
                for (var seed = 1; seed <= 4; seed++)
                {
                    var scores = GroupScores.Random(s_nano, seed); // no weights at all: any order of groups may come out
                    AssertWithin(predicted, GroupPlanner.Plan(new CutTarget(s_nano, sparsity, budget), patterns, scores).After);
                }
            }
        }
    }

    /// <summary>SOMP's own global scope leaves each block a group of each kind; its groups are heads and units here.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Somps_own_scope_stays_within_the_bounds(double sparsity)
    {
        var predictor = Predictor("somp: { scope: global, patterns: { heads: true, mlp: true, queryKey: false, valueProjection: false } }");
        var predicted = predictor.Predict(Settings(PruningMethod.Somp, sparsity));
        for (var seed = 1; seed <= 8; seed++)
        {
            var target = new CutTarget(s_nano, sparsity, scope: PruningScope.Global);
            AssertWithin(predicted, GroupPlanner.Plan(target, GroupPlanner.HeadsAndUnits, GroupScores.Random(s_nano, seed)).After);
        }
    }

    [Theory]
    [InlineData(BudgetTarget.Parameters, 1, PruningScope.Global)]
    [InlineData(BudgetTarget.Parameters, 4, PruningScope.Global)]
    [InlineData(BudgetTarget.Parameters, 1, PruningScope.PerLayer)]
    [InlineData(BudgetTarget.Flops, 1, PruningScope.Global)]
    [InlineData(BudgetTarget.Flops, 4, PruningScope.PerLayer)]
    [InlineData(BudgetTarget.Channels, 1, PruningScope.Global)]
    [InlineData(BudgetTarget.Channels, 4, PruningScope.Global)]
    [InlineData(BudgetTarget.Channels, 1, PruningScope.PerLayer)]
    public void Gates_stay_within_the_bounds(BudgetTarget target, int multiple, PruningScope scope)
    {
        var budget = new PruningBudget { Target = target, MultipleOf = multiple, Scope = scope };
        var predictor = Predictor(Yaml(budget));
        for (var seed = 1; seed <= 4; seed++)
        {
            var net = SurgeryTests.WithRandomGates(TestNets.Random(s_nano, seed));
            foreach (var sparsity in new[] { 0, 0.1, 0.3, 0.5, 0.7 })
            {
                AssertWithin(predictor.Predict(Settings(PruningMethod.Vtp, sparsity)), GatePlanner.Plan(net, new CutTarget(s_nano, sparsity, budget)).Plan.After);
            }
        }
    }

    /// <summary>All gates of the MLPs' hidden units first, or all but them: the widest that bounds must be.</summary>
    [Theory]
    [InlineData("mlpHidden")]
    [InlineData("inputs")]
    public void Gates_of_one_kind_stay_within_the_bounds(string first)
    {
        var net = SurgeryTests.WithRandomGates(TestNets.Random(s_nano, 1));
        for (var i = 0; i < s_nano.Blocks.Count; i++)
        {
            foreach (ref var gate in net[first == "mlpHidden" ? Name.MlpHiddenGate(i) : Name.MlpInputGate(i)])
            {
                gate /= 1000;
            }
        }

        var predictor = Predictor("");
        var channels = Predictor(Yaml(new PruningBudget { Target = BudgetTarget.Channels }));
        foreach (var sparsity in new[] { 0.1, 0.3, 0.5 })
        {
            AssertWithin(predictor.Predict(Settings(PruningMethod.Vtp, sparsity)), GatePlanner.Plan(net, new CutTarget(s_nano, sparsity, scope: PruningScope.Global)).Plan.After);
            AssertWithin(
                channels.Predict(Settings(PruningMethod.Vtp, sparsity)),
                GatePlanner.Plan(net, new CutTarget(s_nano, sparsity, new PruningBudget { Target = BudgetTarget.Channels }, PruningScope.Global)).Plan.After);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.777)]
    public void Unstructured_zeros_are_foretold_exactly(double sparsity) => Assert.Equal(
        UnstructuredPruner.Plan(TestNets.Random(s_nano, 1), sparsity, PruningScope.PerLayer).Zeros,
        Predictor("").Predict(Settings(PruningMethod.Omp, sparsity)).Zeros);
}
