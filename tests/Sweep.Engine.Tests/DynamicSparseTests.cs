using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Tests;

public sealed class DynamicSparseTests : IDisposable
{
    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly DynamicSparseRecipe s_fresh = new()
    {
        Shape = TestNets.WideShape,
        Data = StageBench.Data,
        Training = StageBench.Training,
        Sparsity = 0.4,
        Updates = 6,
    };

    private static readonly DynamicSparseRecipe s_trained = s_fresh with { Shape = null, Parent = s_pretrain.Id };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.25, 0.4275)]
    [InlineData(0.5, 0.2525)]
    [InlineData(0.75, 0.0775)]
    [InlineData(1, 0.005)]
    public void The_death_rate_falls_by_a_cosine(double progress, double rate) =>
        Assert.Equal(rate, DynamicMask.DeathRate(s_fresh, progress), 4);

    [Fact]
    public void The_least_worth_die_and_the_most_promising_grow()
    {
        double[] worth = [5, 1, 2, 9, 0, 0, 0, 0], promise = [0, 0, 1, 0, 7, 3, 0, 8];

        // ⌈.5 · 4⌉ = 2 die: 1 and 2. Of all dead, 7 and 4 promise most.
        Assert.Equal([0, 3, 4, 7], LivingGroups.Exchange([0, 1, 2, 3], 0.5, worth, promise));
        // ⌈.3 · 4⌉ = 2 as well.
        Assert.Equal([0, 3, 4, 7], LivingGroups.Exchange([0, 1, 2, 3], 0.3, worth, promise));
        // What has just died may grow again at once.
        Assert.Equal([0, 1, 2, 3], LivingGroups.Exchange([0, 1, 2, 3], 0.25, worth, [0, 5, 0, 0, 1, 1, 1, 1]));
        Assert.Equal([0, 1, 2, 3], LivingGroups.Exchange([0, 1, 2, 3], 0, worth, promise));
        // Equal scores: lower numbers die and grow first.
        Assert.Equal([0, 2, 3], LivingGroups.Exchange([1, 2, 3], 0.1, new double[5], [1, 0, 0, 0, 1]));
    }

    [Fact]
    public void However_many_die_as_many_live_and_never_none()
    {
        for (var living = 1; living <= 4; living++)
        {
            foreach (var rate in new[] { 0.005, 0.34, 0.5, 1 })
            {
                var after = LivingGroups.Exchange([.. Enumerable.Range(0, living)], rate, [1, 2, 3, 4], [0, 0, 1, 2]);

                Assert.Equal(living, after.Distinct().Count());
            }
        }
    }

    /// <summary>A net of 3 blocks, 3 heads and 24 units, of which 2 heads and 15 units live in each block.</summary>
    private static (VisionTransformer Model, PruningPlan Living) Started(Net net)
    {
        var living = LivingGroups.Draw(net.Shape, [.. net.Shape.Blocks.Select(_ => new BlockBudget(2, 4, 4, 15))], 5);
        return (new VisionTransformer(net, CPU), living);
    }

    private static Tensor Labels => tensor(new long[] { 0, 1, 2, 0, 1 });

    private static readonly TrainingMoment s_update = new(1, 10, 0, 10, 1e-3); // of 20 updates in 80 of 100 steps: step 10 is none of 4, 8, 12

    [Fact]
    public void Every_update_keeps_the_numbers_and_changes_who_lives()
    {
        using var scope = NewDisposeScope();
        var (model, living) = Started(TestNets.Random(TestNets.Shape, 1));
        using var mask = new DynamicMask(s_fresh with { Updates = 20 }, model, living);
        var (updates, changes) = (0, 0);
        for (var step = 0; step < 100; step++)
        {
            Overwrite(model, TestNets.Random(model.Shape, step)); // as if much had been learnt since
            var before = mask.Plan;
            var moment = new TrainingMoment(step / 10, 10, step % 10, 10, 1e-3);
            mask.BeforeForward(moment, model, TestNets.Images(model.Shape, 5), Labels);
            Assert.Null(model.Weights.grad);
            var changed = before.Blocks.Zip(mask.Plan.Blocks).Any(pair => !pair.First.Mlp.SequenceEqual(pair.Second.Mlp));
            Assert.False(changed && (step == 0 || step % 4 != 0 || step > 80), $"step {step}");
            updates += ReferenceEquals(before, mask.Plan) ? 0 : 1;
            changes += changed ? 1 : 0;
            var deaths = Math.Ceiling(DynamicMask.DeathRate(s_fresh, step / 100.0) * 15);
            foreach (var (old, block) in before.Blocks.Zip(mask.Plan.Blocks))
            {
                Assert.Equal((2, 15), (block.Heads.Count, block.Mlp.Count));
                Assert.Equal((2, 15), (block.Heads.Distinct().Count(), block.Mlp.Distinct().Count()));
                Assert.True(old.Mlp.Except(block.Mlp).Count() <= deaths);
            }
        }

        Assert.Equal(20, updates);
        Assert.True(changes > 5);
        model.Dispose();
    }

    private static void Overwrite(VisionTransformer model, Net net)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        model.Weights.copy_(tensor(net.Values));
    }

    [Fact]
    public void The_mask_is_the_papers()
    {
        var layout = ParameterLayout.Of(TestNets.Shape);
        var whole = PruningPlan.Whole(TestNets.Shape);
        var plan = LivingGroups.Plan(
            TestNets.Shape,
            [[0, 2], .. whole.Blocks.Skip(1).Select(block => block.Heads)],
            [[.. Enumerable.Range(1, 23)], .. whole.Blocks.Skip(1).Select(block => block.Mlp)]);

        var kept = LivingGroups.Kept(layout, plan);

        var asleep = layout.Entries.ToDictionary(entry => entry.Name, entry => Enumerable.Range(0, entry.Length).Where(i => kept[entry.Offset + i] == 0).ToArray());
        Assert.Equal(
            Enumerable.Range(0, 3).SelectMany(part => Enumerable.Range((part * 12 + 4) * 12, 4 * 12)), // head 1 of 3, 4 rows wide, of q, k and v
            asleep[Name.QkvWeight(0)]);
        Assert.Equal(Enumerable.Range(0, 12), asleep[Name.Fc1Weight(0)]);
        Assert.Equal(Enumerable.Range(0, 12).Select(row => row * 24), asleep[Name.Fc2Weight(0)]);
        Assert.Equal(3, asleep.Count(entry => entry.Value.Length > 0));
    }

    [Fact]
    public void Heads_are_scored_by_their_output_and_its_gradient()
    {
        // The slope of an image's loss along a head's gate, from differences of the loss itself.
        var net = TestNets.Random(TestNets.Shape, 3);
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(net, CPU);
        using var outputs = new HeadOutputs(net.Shape);
        var images = TestNets.Images(net.Shape, 5);
        F.cross_entropy(model.Forward(images, outputs), Labels).backward();
        outputs.Collect();

        const float Step = 1e-2f;
        for (var head = 0; head < 3; head++)
        {
            double[] Losses(float factor)
            {
                var scaled = net.Clone();
                var proj = scaled[Name.ProjWeight(1)];
                for (var i = 0; i < proj.Length; i++)
                {
                    proj[i] *= i % 12 / 4 == head ? factor : 1;
                }

                using var quiet = no_grad();
                using var other = new VisionTransformer(scaled, CPU);
                var logits = other.Forward(images);
                return [.. Enumerable.Range(0, 5).Select(i => (double)F.cross_entropy(logits.narrow(0, i, 1), Labels.narrow(0, i, 1)).item<float>())];
            }

            var slope = Losses(1 + Step).Zip(Losses(1 - Step), (up, down) => Math.Abs(up - down) / (2 * Step) / 5).Sum();
            Assert.Equal(slope, outputs.Salience(1)[head], 3);
        }
    }

    [Fact]
    public void A_large_gradient_wakes_heads_and_units_and_small_ones_die()
    {
        var net = TestNets.Random(TestNets.Shape, 7);
        var (model, living) = Started(net);
        using var scope = NewDisposeScope();
        var block = living.Blocks[1];
        var (deadHead, deadUnit) = (Enumerable.Range(0, 3).Except(block.Heads).Single(), Enumerable.Range(0, 24).Except(block.Mlp).First());
        var (dyingHead, dyingUnit) = (block.Heads[0], block.Mlp[3]);
        var proj = net[Name.ProjWeight(1)];
        for (var i = 0; i < proj.Length; i++)
        {
            proj[i] *= i % 12 / 4 == deadHead ? 30 : i % 12 / 4 == dyingHead ? 1e-4f : 1;
        }

        var fc1 = net[Name.Fc1Weight(1)];
        var fc2 = net[Name.Fc2Weight(1)];
        for (var j = 0; j < 12; j++)
        {
            fc2[j * 24 + deadUnit] *= 30;
            fc2[j * 24 + dyingUnit] *= 1e-3f;
            fc1[dyingUnit * 12 + j] *= 1e-3f;
        }

        net[Name.Fc1Bias(1)][deadUnit] = 2; // awake on most tokens, where its slope is not that of GELU's flat side

        model.Dispose();
        using var changed = new VisionTransformer(net, CPU);
        using var mask = new DynamicMask(s_fresh with { Updates = 8, DeathRate = 0.1, FinalDeathRate = 0.1 }, changed, living);

        mask.BeforeForward(s_update, changed, TestNets.Images(net.Shape, 5), Labels);

        var after = mask.Plan.Blocks[1];
        Assert.Contains(deadHead, after.Heads);
        Assert.DoesNotContain(dyingHead, after.Heads);
        Assert.Contains(deadUnit, after.Mlp);
        Assert.DoesNotContain(dyingUnit, after.Mlp);
    }

    [Fact]
    public void Zeros_have_no_gradient_to_grow_by()
    {
        // Why sleeping weights keep their values: a unit set to 0 that never had a bias could not grow, a head could.
        var net = Net.Fresh(TestNets.Shape, 1);
        var rows = new AttentionRows(net.Shape.Blocks[0]);
        net[Name.Fc1Weight(0)][..12].Clear();
        for (var row = 0; row < 12; row++)
        {
            net[Name.Fc2Weight(0)][row * 24] = 0;
        }

        net[Name.QkvWeight(0)].Slice(rows.Value(1, 0) * 12, 4 * 12).Clear();
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(net, CPU);
        using var outputs = new HeadOutputs(net.Shape);
        F.cross_entropy(model.Forward(TestNets.Images(net.Shape, 5), outputs), Labels).backward();
        outputs.Collect();

        var norms = LivingGroups.UnitNorms(new Net(net.Layout, model.Weights.grad!.data<float>().ToArray()), 0);

        Assert.Equal(0, norms[0]);
        Assert.All(norms.Skip(1), norm => Assert.True(norm > 0));
        Assert.Equal(0, outputs.Salience(0)[1]);
        Assert.True(outputs.GradientNorm(0)[1] > 0);
    }

    [Fact]
    public void Who_sleeps_keeps_its_weights_and_wakes_with_them()
    {
        using var scope = NewDisposeScope();
        var (model, living) = Started(TestNets.Random(TestNets.Shape, 2));
        using var disposed = model;
        var training = s_fresh.Training with { WeightDecay = 0.3 };
        using var mask = new DynamicMask(s_fresh, model, living);
        using var optimizer = new AdamW(training, model);
        var before = model.ToNet().Values;
        var kept = LivingGroups.Kept(model.Layout, living);
        for (var step = 0; step < 5; step++)
        {
            F.cross_entropy(model.Forward(TestNets.Images(model.Shape, 5)), Labels).backward();
            optimizer.Step(model.Weights, model.Weights.grad!, 1e-2);
            model.Weights.grad = null;
            using var quiet = no_grad();
            mask.AfterStep(model);
        }

        var after = model.ToNet().Values;
        Assert.All(Enumerable.Range(0, kept.Length).Where(i => kept[i] == 0), i => Assert.Equal(before[i], after[i]));
        Assert.All(mask.Masked(model.ToNet()).Values.Zip(kept).Where(pair => pair.Second == 0), pair => Assert.Equal(0, pair.First));
        Assert.True(before.Zip(after).Count(pair => pair.First != pair.Second) > kept.Sum() * 0.9);
    }

    public static TheoryData<bool> Starts => [false, true];

    private DynamicSparseRecipe Prepared(bool fresh)
    {
        if (!fresh)
        {
            _bench.Run(s_pretrain);
        }

        return fresh ? s_fresh : s_trained;
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void The_cut_to_the_living_preserves_the_function_and_meets_the_sparsity(bool fresh)
    {
        var recipe = Prepared(fresh);
        var hard = new HardPruneRecipe { Parent = recipe.Id, Method = PruningMethod.S2vite, Sparsity = 0.4 };
        var curve = _bench.Run(recipe).Curve!;
        var surgery = _bench.Run(hard).Surgery!;

        var net = ModelFolder.Read(_bench.Folder(recipe));
        var plan = PruningPlan.Read(_bench.Folder(recipe));
        var cut = ModelFolder.Read(_bench.Folder(hard));

        Assert.InRange(ViTCost.Sparsity(net.Shape, cut.Shape), 0.395, 0.405);
        Assert.Equal(ViTCost.Sparsity(net.Shape, cut.Shape), curve[^1].Sparsity!.Value);
        Assert.Equal(plan.After.Blocks, surgery.After.Blocks);
        Assert.True(TestNets.LargestDifference(TestNets.Logits(net), TestNets.Logits(cut)) < 1e-5);
        var kept = LivingGroups.Kept(net.Layout, plan);
        Assert.All(Enumerable.Range(0, kept.Length).Where(i => kept[i] == 0), i => Assert.Equal(0, net.Values[i]));
        Assert.Contains(net[Name.QkvBias(0)].ToArray(), bias => bias != 0);
    }

    [Fact]
    public void From_a_parent_the_groups_of_largest_norm_live_first()
    {
        _bench.Run(s_pretrain);
        var still = s_trained with { DeathRate = 0, FinalDeathRate = 0 };
        _bench.Run(still);
        var parent = ModelFolder.Read(_bench.Folder(s_pretrain));
        var plan = PruningPlan.Read(_bench.Folder(still));

        var expected = MagnitudePlanner.WithBudgets(parent, [.. plan.After.Blocks.Select(BlockBudget.Whole)], HeadScores.ByMagnitude(parent));

        Assert.Equal(CanonicalJson.Serialize(expected.Blocks), CanonicalJson.Serialize(plan.Blocks));
    }

    [Fact]
    public void Without_a_parent_the_living_are_drawn_from_the_seed()
    {
        var budgets = TestNets.WideShape.Blocks.Select(_ => new BlockBudget(2, 6, 6, 20)).ToList();
        var (one, same, other) = (LivingGroups.Draw(TestNets.WideShape, budgets, 1), LivingGroups.Draw(TestNets.WideShape, budgets, 1), LivingGroups.Draw(TestNets.WideShape, budgets, 2));

        Assert.Equal(CanonicalJson.Serialize(one), CanonicalJson.Serialize(same));
        Assert.NotEqual(CanonicalJson.Serialize(one), CanonicalJson.Serialize(other));
        Assert.NotEqual(one.Blocks[0].Mlp, one.Blocks[1].Mlp);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Four_epochs_equal_two_and_two_more_bit_for_bit(bool fresh)
    {
        var recipe = Prepared(fresh);
        var whole = _bench.Run(recipe, "whole");
        Assert.Throws<StageStoppedException>(() => _bench.Run(recipe, "parts", drainAfter: 2));
        var parts = _bench.Run(recipe, "parts");

        Assert.Equal(_bench.Weights(recipe, "whole"), _bench.Weights(recipe, "parts"));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_bench.Folder(recipe, "whole"), PruningPlan.File)),
            File.ReadAllBytes(Path.Combine(_bench.Folder(recipe, "parts"), PruningPlan.File)));
        Assert.Equal(whole.Curve, parts.Curve);
    }

    [Fact]
    public void Mixed_targets_and_an_average_go_with_it()
    {
        var recipe = s_fresh with { Training = StageBench.Training with { Ema = 0.9, Augmentation = new AugmentationRecipe { Mixup = 0.8 } } };
        _bench.Run(recipe);

        var net = ModelFolder.Read(_bench.Folder(recipe));
        var cut = HardPruner.Prune(net, PruningPlan.Read(_bench.Folder(recipe)));

        Assert.True(TestNets.LargestDifference(TestNets.Logits(net), TestNets.Logits(cut)) < 1e-5);
    }

    public static TheoryData<DynamicSparseRecipe, string> Refused => new()
    {
        { s_fresh with { Sparsity = -0.1 }, "0 <= sparsity < 1" },
        { s_fresh with { Parent = s_pretrain.Id }, "the number of parent and shape given = 1" },
        { s_fresh with { Shape = null }, "the number of parent and shape given = 1" },
        { s_fresh with { Updates = 0 }, "updates >= 1" },
        { s_fresh with { UpdateUntil = 0 }, "0 < updateUntil <= 1" },
        { s_fresh with { DeathRate = 1.1 }, "0 <= deathRate <= 1" },
        { s_fresh with { FinalDeathRate = 0.6 }, "0 <= finalDeathRate <= deathRate" },
        { s_fresh with { Training = StageBench.Training with { From = 1 } }, "from = 0" },
        { s_fresh with { Budget = new PruningBudget { Scope = PruningScope.Global } }, "scope = perLayer must hold, but scope is Global" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_recipe_that_breaks_a_rule_is_refused_and_the_rule_named(DynamicSparseRecipe recipe, string rule)
    {
        _bench.Run(s_pretrain);

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(recipe));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
        Assert.Contains(rule, fault.Message);
    }
}
