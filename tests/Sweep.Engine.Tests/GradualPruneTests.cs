using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class GradualPruneTests : IDisposable
{
    private const int Steps = 4; // an epoch

    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly GradualPruneRecipe s_groups = new()
    {
        Parent = s_pretrain.Id,
        Data = StageBench.Data,
        Training = StageBench.Training,
        Sparsity = 0.4,
        Updates = 6,
    };

    private static readonly GradualPruneRecipe s_weights = s_groups with { Unstructured = true };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0.4, new[] { 0, .1084, .1952, .2628, .3136, .3500, .3744, .3892, .3968, .3996, .4000 })]
    [InlineData(0.8, new[] { 0, .2168, .3904, .5256, .6272, .7000, .7488, .7784, .7936, .7992, .8000 })]
    public void The_schedule_is_cubic(double final, double[] expected)
    {
        var schedule = new CubicSchedule(0, final, 10);

        Assert.Equal(expected, Enumerable.Range(0, 11).Select(update => Math.Round(schedule.At(update), 4)));
        Assert.Equal(final, schedule.At(10));
    }

    [Fact]
    public void The_schedule_starts_at_the_initial_sparsity()
    {
        var schedule = new CubicSchedule(0.2, 0.6, 2);

        Assert.Equal([0.2, 0.55, 0.6], Enumerable.Range(0, 3).Select(update => Math.Round(schedule.At(update), 12)));
    }

    [Fact]
    public void Updates_lie_evenly_between_the_ends()
    {
        var times = UpdateTimes.Between(0.25, 0.75, 5, 40);

        Assert.Equal(
            [(10, 0), (14, 1), (18, 2), (22, 3), (26, 4), (30, 5)],
            Enumerable.Range(0, 40).Select(step => (step, Update: times.Due(step))).Where(due => due.Update is not null)
                .Select(due => (due.step, due.Update!.Value)));
    }

    [Theory]
    [InlineData(0, 1, 20, 7)]  // more updates than steps
    [InlineData(0, 1, 3, 100)]
    [InlineData(0.5, 0.5, 4, 10)]
    [InlineData(0, 1, 1, 1)]
    public void The_last_update_always_comes(double begin, double end, int updates, int steps)
    {
        var times = UpdateTimes.Between(begin, end, updates, steps);

        var due = Enumerable.Range(0, steps).Select(step => times.Due(step)).OfType<int>().ToList();

        Assert.Equal(updates, due[^1]);
        Assert.Equal(due.Distinct().Order(), due);
    }

    public static TheoryData<bool> Forms => [false, true];

    /// <summary>A model under a gradual mask, stepped by hand: 10 epochs of 4 steps, updates at steps 0, 10, 20 and 30.</summary>
    private sealed class Hand : IDisposable
    {
        private readonly IDisposable _scope = NewDisposeScope();
        private readonly AdamW _optimizer;
        private readonly TrainingRecipe _training = StageBench.Training with { Epochs = 10, WeightDecay = 0.2 };

        public Hand(bool unstructured)
        {
            Model = new VisionTransformer(TestNets.Random(TestNets.WideShape, 1), CPU);
            var recipe = s_groups with { Training = _training, Updates = 3, Sparsity = 0.5, InitialSparsity = 0.3, Unstructured = unstructured };
            IGradualChoice choice = unstructured
                ? new GradualWeights(Model.Layout, PruningScope.PerLayer)
                : new GradualGroups(Model.Layout, 0.5, null, _ => [.. TestNets.WideShape.Blocks.Select(_ => new BlockBudget(2, 6, 6, 20))]);
            Mask = new GradualMask(recipe, Model, choice);
            _optimizer = new AdamW(_training, Model);
        }

        public VisionTransformer Model { get; }

        public GradualMask Mask { get; }

        public void Step(int step)
        {
            using var scope = NewDisposeScope();
            Mask.BeforeStep(new TrainingMoment(step / Steps, 10, step % Steps, Steps, 1e-3), Model);
            Model.Forward(TestNets.Images(Model.Shape, 5)).square().sum().backward();
            using var gradient = Model.Weights.grad!;
            _optimizer.Step(Model.Weights, gradient, 1e-3);
            Model.Weights.grad = null;
            using var quiet = no_grad();
            Mask.AfterStep(Model);
        }

        public void Change(Func<int, float, float> change)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            Model.Weights.copy_(tensor(Model.ToNet().Values.Select((value, i) => change(i, value)).ToArray()));
        }

        public int[] Asleep() => [.. Enumerable.Range(0, Model.Layout.Length).Where(i => Mask.Kept![i] == 0)];

        public void Dispose()
        {
            _optimizer.Dispose();
            Mask.Dispose();
            Model.Dispose();
            _scope.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Sleeping_weights_keep_their_values_and_others_learn(bool unstructured)
    {
        using var hand = new Hand(unstructured);
        for (var step = 0; step < 5; step++)
        {
            hand.Step(step);
        }

        var (asleep, before) = (hand.Asleep(), hand.Model.ToNet().Values);
        for (var step = 5; step < 10; step++)
        {
            hand.Step(step);
        }

        var after = hand.Model.ToNet().Values;
        Assert.True(asleep.Length > 200);
        Assert.All(asleep, i => Assert.Equal(before[i], after[i]));
        Assert.Contains(asleep, i => before[i] != 0);
        Assert.True(Enumerable.Range(0, after.Length).Except(asleep).Count(i => after[i] != before[i]) > after.Length / 3);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_pass_does_not_read_sleeping_weights(bool unstructured)
    {
        using var hand = new Hand(unstructured);
        hand.Step(0);
        var asleep = hand.Asleep().ToHashSet();
        float[] Logits()
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            return hand.Model.Forward(TestNets.Images(hand.Model.Shape, 5)).data<float>().ToArray();
        }

        var before = Logits();
        Assert.True(TestNets.LargestDifference(before, TestNets.Logits(hand.Mask.Masked(hand.Model.ToNet()))) < 1e-5);
        hand.Change((i, value) => asleep.Contains(i) ? 100 : value);

        Assert.Equal(before, Logits());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void What_sleeps_may_wake_before_the_end_and_not_after(bool unstructured)
    {
        using var hand = new Hand(unstructured);
        for (var step = 0; step < 10; step++)
        {
            hand.Step(step);
        }

        var first = hand.Asleep().ToHashSet();
        hand.Change((i, value) => first.Contains(i) ? value * 50 : value);
        hand.Step(10);
        var second = hand.Asleep().ToHashSet();
        Assert.True(second.Count > first.Count);
        Assert.True(first.Except(second).Any(), "what became the largest must wake at the next update");

        for (var step = 11; step <= 30; step++)
        {
            hand.Step(step);
        }

        var last = hand.Asleep();
        hand.Change((i, value) => last.Contains(i) ? value * 50 : value);
        for (var step = 31; step < 40; step++)
        {
            hand.Step(step);
        }

        Assert.Equal(last, hand.Asleep());
    }

    [Fact]
    public void Heads_go_as_whole_numbers_of_the_schedule_rounded_down()
    {
        var net = TestNets.Random(TestNets.Shape, 4); // 3 heads, 24 units
        var groups = new GradualGroups(net.Layout, 0.4, null, _ => [.. net.Shape.Blocks.Select(_ => new BlockBudget(1, 4, 4, 9))]);
        var schedule = new CubicSchedule(0, 0.4, 10);
        var left = Enumerable.Range(0, 11).Select(update =>
        {
            groups.Choose(net, schedule.At(update));
            var block = groups.Plan.After.Blocks[0];
            return (block.Heads, block.MlpWidth);
        }).ToList();

        Assert.Equal([(3, 24), (3, 20), (3, 17), (2, 15), (2, 13), (2, 11), (2, 10), (2, 10), (2, 10), (2, 10), (1, 9)], left);
    }

    [Theory]
    [InlineData(PruningScope.PerLayer)]
    [InlineData(PruningScope.Global)]
    public void The_groups_that_sleep_at_the_end_are_cut_exactly(PruningScope scope)
    {
        var recipe = s_groups with { Budget = new PruningBudget { Scope = scope } };
        var hard = new HardPruneRecipe { Parent = recipe.Id, Method = PruningMethod.Sgmp, Sparsity = 0.4 };
        _bench.Run(s_pretrain);
        var curve = _bench.Run(recipe).Curve!;
        var surgery = _bench.Run(hard).Surgery!;

        var net = ModelFolder.Read(_bench.Folder(recipe));
        var plan = PruningPlan.Read(_bench.Folder(recipe));
        var cut = ModelFolder.Read(_bench.Folder(hard));

        Assert.Equal(plan.After.Blocks, surgery.After.Blocks);
        Assert.InRange(ViTCost.Sparsity(net.Shape, cut.Shape), 0.395, 0.405);
        Assert.Equal(ViTCost.Sparsity(net.Shape, cut.Shape), curve[^1].Sparsity!.Value);
        Assert.Equal(curve.Select(record => record.Sparsity).Order(), curve.Select(record => record.Sparsity));
        Assert.True(curve[0].Sparsity is > 0 and < 0.35, "the way there is gradual");
        Assert.True(TestNets.LargestDifference(TestNets.Logits(net), TestNets.Logits(cut)) < 1e-5);
        var removed = GroupMask.Removed(net.Layout, plan).Values;
        Assert.All(Enumerable.Range(0, removed.Length).Where(i => removed[i] == 1), i => Assert.Equal(0, net.Values[i]));
    }

    [Theory]
    [InlineData(PruningScope.PerLayer)]
    [InlineData(PruningScope.Global)]
    public void Single_weights_sleep_in_the_number_asked_for(PruningScope scope)
    {
        var recipe = s_weights with { Budget = new PruningBudget { Scope = scope } };
        _bench.Run(s_pretrain);
        var result = _bench.Run(recipe);

        var net = ModelFolder.Read(_bench.Folder(recipe));
        var mask = WeightMask.Read(_bench.Folder(recipe), net.Layout);

        Assert.Equal(TestNets.WideShape, result.Shape! with { Blocks = TestNets.WideShape.Blocks });
        Assert.Equal((long)Math.Round(0.4 * net.Values.Length), mask.Zeros);
        Assert.Equal(mask.Sparsity, result.Curve![^1].Sparsity);
        Assert.All(Enumerable.Range(0, net.Values.Length).Where(i => mask.Kept[i] == 0), i => Assert.Equal(0, net.Values[i]));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Four_epochs_equal_two_and_two_more_bit_for_bit(bool unstructured)
    {
        // After End (epoch 3) the mask must come from the checkpoint: weights have moved on since it was chosen.
        var recipe = unstructured ? s_weights : s_groups;
        var file = unstructured ? WeightMask.File : PruningPlan.File;
        _bench.Run(s_pretrain);
        var whole = _bench.Run(recipe, "whole");
        foreach (var epochs in new[] { 2, 3 })
        {
            Assert.Throws<StageStoppedException>(() => _bench.Run(recipe, $"parts {epochs}", drainAfter: epochs));
            var parts = _bench.Run(recipe, $"parts {epochs}");

            Assert.Equal(_bench.Weights(recipe, "whole"), _bench.Weights(recipe, $"parts {epochs}"));
            Assert.Equal(File.ReadAllBytes(Path.Combine(_bench.Folder(recipe, "whole"), file)), File.ReadAllBytes(Path.Combine(_bench.Folder(recipe, $"parts {epochs}"), file)));
            Assert.Equal(whole.Curve, parts.Curve);
        }
    }

    [Fact]
    public void Nothing_sleeps_at_sparsity_0()
    {
        _bench.Run(s_pretrain);
        _bench.Run(s_groups with { Sparsity = 0 });
        _bench.Run(s_weights with { Sparsity = 0 });

        Assert.Equal(_bench.Weights(s_groups with { Sparsity = 0 }), _bench.Weights(s_weights with { Sparsity = 0 }));
        Assert.Equal(TestNets.WideShape.Blocks, PruningPlan.Read(_bench.Folder(s_groups with { Sparsity = 0 })).After.Blocks);
    }

    public static TheoryData<GradualPruneRecipe, string> Refused => new()
    {
        { s_groups with { Sparsity = 1 }, "0 <= sparsity < 1" },
        { s_groups with { InitialSparsity = 0.5 }, "0 <= initialSparsity <= sparsity" },
        { s_groups with { Begin = 0.8 }, "0 <= begin < end" },
        { s_groups with { End = 1.5 }, "end <= 1" },
        { s_groups with { Updates = 0 }, "updates >= 1" },
        { s_groups with { Training = StageBench.Training with { To = 2 } }, "to = epochs" },
        { s_weights with { Budget = new PruningBudget { Target = BudgetTarget.Flops } }, "target = parameters must hold, but target is Flops" },
        { s_weights with { Budget = new PruningBudget { MultipleOf = 8 } }, "multipleOf = 1" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_recipe_that_breaks_a_rule_is_refused_and_the_rule_named(GradualPruneRecipe recipe, string rule)
    {
        _bench.Run(s_pretrain);

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(recipe));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
        Assert.Contains(rule, fault.Message);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_sparsity_that_no_structure_reaches_is_told_before_training(bool unstructured)
    {
        _bench.Run(s_pretrain);
        var recipe = (unstructured ? s_weights : s_groups) with { Sparsity = 0.97 };

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(recipe));

        Assert.Equal(FailureReason.UnreachableSparsity, fault.Reason);
        Assert.False(Directory.Exists(_bench.Checkpoints(recipe)));
    }
}
