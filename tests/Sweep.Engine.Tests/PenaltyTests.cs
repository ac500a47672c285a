using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public class PenaltyTests
{
    private static readonly ViTShape s_shape = TestNets.Shape;

    private static readonly DataRecipe s_data = new() { Name = "synthetic", Digest = "", Validation = 0, SplitSeed = 0 };

    private static readonly TrainingMoment s_start = new(0, 10, 0, 10, 1e-3);

    private static SoftPruneRecipe Recipe(double rho, double lambda) => new()
    {
        Parent = StageId.Parse("rankheads-1-00000000000000000000000000"),
        Weights = StageId.Parse("pretrain-1-00000000000000000000000000"),
        Data = s_data,
        Training = new TrainingRecipe { Epochs = 10, LearningRate = 1e-3, Batch = 8 },
        Sparsity = 0.4,
        Rho = rho,
        Lambda = lambda,
    };

    private static readonly BlockBudget[] s_budgets = [.. s_shape.Blocks.Select(_ => new BlockBudget(2, 3, 2, 10))];

    /// <summary>A net that already keeps to the budgets.</summary>
    private static Net Projected(Net net)
    {
        var removed = GroupMask.Removed(net.Layout, MagnitudePlanner.WithBudgets(net, s_budgets, HeadScores.ByMagnitude(net))).Values;
        return new Net(net.Layout, [.. net.Values.Zip(removed, (value, gone) => (1 - gone) * value)]);
    }

    private static float[] Gradient(AdmmPenalty penalty, VisionTransformer model)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gradient = zeros(model.Layout.Length);
        penalty.AddGradient(gradient, model.Weights);
        return gradient.data<float>().ToArray();
    }

    [Fact]
    public void Beside_the_optimizer_only_what_Z_removes_is_pressed()
    {
        var net = TestNets.Random(s_shape, 1);
        var heads = HeadScores.ByMagnitude(net);
        var doomed = GroupMask.Removed(net.Layout, MagnitudePlanner.WithBudgets(net, s_budgets, heads)).Values;
        using var model = new VisionTransformer(net, CPU);
        using var penalty = new AdmmPenalty(Recipe(rho: 30, lambda: 0) with { Coupling = PenaltyCoupling.Decoupled }, net, s_budgets, heads, CPU);

        penalty.BeforeStep(s_start, model);
        var gradient = Gradient(penalty, model);

        Assert.All(gradient, value => Assert.Equal(0, value));
        var after = model.ToNet().Values;
        for (var i = 0; i < after.Length; i++)
        {
            // Doomed: Z = 0 and U = W after the first update, so W ← (W − ηρW) / (1 + ηρ).
            var wanted = doomed[i] == 1 ? net.Values[i] * (1 - 0.03f) / (1 + 0.03f) : net.Values[i];
            Assert.Equal(wanted, after[i], 1e-6f);
        }
    }

    [Fact]
    public void Projecting_twice_is_projecting_once()
    {
        var net = TestNets.Random(s_shape, 1);
        var heads = HeadScores.ByMagnitude(net);
        var once = Projected(net);
        var removed = GroupMask.Removed(net.Layout, MagnitudePlanner.WithBudgets(once, s_budgets, heads)).Values;

        Assert.Equal(once.Values, once.Values.Zip(removed, (value, gone) => (1 - gone) * value));
        Assert.Contains(once.Values, value => value == 0);
    }

    [Fact]
    public void The_dual_stays_0_where_the_weights_already_keep_to_the_budgets()
    {
        using var scope = NewDisposeScope();
        var net = Projected(TestNets.Random(s_shape, 2));
        using var model = new VisionTransformer(net, CPU);
        using var penalty = new AdmmPenalty(Recipe(0.5, 0), net, s_budgets, HeadScores.ByMagnitude(net), CPU);

        penalty.BeforeStep(s_start, model);

        Assert.All(penalty.Save().Single(tensor => tensor.Name == "admm.u").Floats(), u => Assert.Equal(0, u));
        Assert.All(Gradient(penalty, model), slope => Assert.Equal(0, slope, 6));
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.5, 0.25)]
    [InlineData(0.0, 0.25)]
    public void The_gradient_is_that_of_the_penalty_by_finite_differences(double rho, double lambda)
    {
        using var scope = NewDisposeScope();
        var net = TestNets.Random(s_shape, 3);
        var heads = HeadScores.ByMagnitude(net);
        using var model = new VisionTransformer(net, CPU);
        using var penalty = new AdmmPenalty(Recipe(rho, lambda), net, s_budgets, heads, CPU);
        penalty.BeforeStep(s_start, model);
        var state = penalty.Save().Take(2).Select(tensor => tensor.Floats()).ToArray();
        var doomedHeads = new GroupMask(net.Layout);
        for (var i = 0; i < s_budgets.Length; i++)
        {
            doomedHeads.SetHead(i, heads.KeepOrder(i)[2]);
        }

        // (λ/2)‖M⊙W‖² + (ρ/2)‖W − Z + U‖² over the groups; with λ > 0 the doomed heads are λ's alone.
        double Penalty(int index, double w)
        {
            var inHead = doomedHeads.Values[index] == 1;
            var apart = w - state[0][index] + state[1][index];
            return inHead && lambda > 0 ? lambda / 2 * w * w : IsInGroup(net, index) ? rho / 2 * apart * apart : 0;
        }

        var gradient = Gradient(penalty, model);
        const double Step = 1e-3;
        for (var i = 0; i < gradient.Length; i++)
        {
            var w = (double)net.Values[i];
            var slope = (Penalty(i, w + Step) - Penalty(i, w - Step)) / (2 * Step);
            Assert.True(Math.Abs(slope - gradient[i]) < 1e-5, $"parameter {i}: {slope} expected, {gradient[i]} found");
        }
    }

    private static bool IsInGroup(Net net, int index)
    {
        var name = net.Layout.Entries.Single(entry => index >= entry.Offset && index < entry.End).Name;
        return name.Contains("qkv") || name.EndsWith("attn.proj.weight") || name.Contains("fc1") || name.EndsWith("fc2.weight");
    }

    [Fact]
    public void Updates_come_as_often_as_asked_for_and_the_dual_grows()
    {
        using var scope = NewDisposeScope();
        var net = TestNets.Random(s_shape, 4);
        using var model = new VisionTransformer(net, CPU);
        using var penalty = new AdmmPenalty(Recipe(1, 0) with { UpdatesPerEpoch = 3 }, net, s_budgets, HeadScores.ByMagnitude(net), CPU);
        var norms = new List<double>();
        for (var step = 0; step < 10; step++)
        {
            penalty.BeforeStep(s_start with { Step = step }, model);
            norms.Add(Math.Sqrt(penalty.Save()[1].Floats().Sum(u => (double)u * u)));
        }

        Assert.Equal(3, norms.Distinct().Count());
        Assert.Equal([0, 4, 7], Enumerable.Range(0, 10).Where(i => i == 0 || norms[i] != norms[i - 1]));
        Assert.Equal(norms.Order(), norms);
    }

    [Fact]
    public void Rho_rises_once_near_the_end_and_the_scaled_dual_shrinks_with_it()
    {
        using var scope = NewDisposeScope();
        var net = TestNets.Random(s_shape, 5);
        using var model = new VisionTransformer(net, CPU);
        float[] Dual(double factor)
        {
            using var penalty = new AdmmPenalty(Recipe(1, 0) with { FinalRhoFactor = factor }, net, s_budgets, HeadScores.ByMagnitude(net), CPU);
            penalty.BeforeStep(s_start, model);
            penalty.BeforeStep(s_start with { Epoch = 9 }, model);
            return penalty.Save()[1].Floats();
        }

        // On a group that goes both times U is 0 + W, then W + W; with the rise it is W/5 + W.
        var (plain, raised) = (Dual(1), Dual(5));
        var twice = Enumerable.Range(0, plain.Length).Where(i => plain[i] != 0 && plain[i] == 2 * net.Values[i]).ToList();
        Assert.NotEmpty(twice);
        Assert.All(twice, i => Assert.True(Math.Abs(net.Values[i] * 1.2 - raised[i]) < 1e-6));
    }

    [Fact]
    public void A_saved_penalty_goes_on_as_if_it_had_not_stopped()
    {
        using var scope = NewDisposeScope();
        var net = TestNets.Random(s_shape, 6);
        using var model = new VisionTransformer(net, CPU);
        AdmmPenalty Fresh() => new(Recipe(0.5, 0), net, s_budgets, HeadScores.ByMagnitude(net), CPU);
        using var first = Fresh();
        first.BeforeStep(s_start, model);
        using var second = Fresh();
        second.Load(first.Save().ToDictionary(tensor => tensor.Name));

        first.BeforeStep(s_start with { Epoch = 1 }, model);
        second.BeforeStep(s_start with { Epoch = 1 }, model);

        Assert.Equal(Gradient(first, model), Gradient(second, model));
    }

    [Fact]
    public void The_gates_gradient_is_lambda_times_their_sign()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var net = SurgeryTests.WithRandomGates(TestNets.Random(s_shape, 7));
        using var model = new VisionTransformer(net, CPU);
        using var penalty = new GatePenalty(0.25, net.Layout);
        var gradient = zeros(net.Layout.Length);

        penalty.AddGradient(gradient, model.Weights);

        var found = gradient.data<float>().ToArray();
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal(i < net.Layout.WeightLength ? 0 : 0.25 * Math.Sign(net.Values[i]), found[i], 6);
        }
    }

    [Fact]
    public void VTP_rates_count_seven_widths_a_block_for_DeiT()
    {
        // rate = removed gates / 7dL: 2d + d + 4d gates a block.
        var shape = ViTShape.Dense(224, 3, 16, 1000, 768, 12, 12, 4);
        var layout = ParameterLayout.Of(shape, gated: true);

        Assert.Equal(7 * 768 * 12, layout.Length - layout.WeightLength);
    }
}
