using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class ParameterLayoutTests
{
    private static ViTShape DeiT(int width, int heads) => ViTShape.Dense(224, 3, 16, 1000, width, 12, heads, 4);

    [Theory]
    [InlineData(192, 3)]
    [InlineData(384, 6)]
    [InlineData(768, 12)]
    public void DeiT_has_timms_152_tensors_and_the_closed_forms_parameters(int width, int heads)
    {
        var layout = ParameterLayout.Of(DeiT(width, heads));

        Assert.Equal(152, layout.Entries.Count);
        Assert.Equal(ViTCost.Parameters(layout.Shape), layout.Length);
        Assert.Equal([3L * width, width], layout["blocks.11.attn.qkv.weight"].Shape);
        Assert.Equal([width, 3, 16, 16], layout["patch_embed.proj.weight"].Shape);
        Assert.Equal([1, 197, width], layout["pos_embed"].Shape);
    }

    [Theory]
    [InlineData(192, 3, 5_910_800)]
    [InlineData(384, 6, 22_436_432)]
    [InlineData(768, 12, 87_338_192)]
    public void Distilled_DeiT_has_a_second_token_and_a_second_classifier(int width, int heads, int parameters)
    {
        var layout = ParameterLayout.Of(DeiT(width, heads) with { Distilled = true });

        Assert.Equal(155, layout.Entries.Count);
        Assert.Equal(parameters, layout.Length);
        Assert.Equal(ViTCost.Parameters(layout.Shape), layout.Length);
        Assert.Equal([1, 1, width], layout["dist_token"].Shape);
        Assert.Equal([1, 198, width], layout["pos_embed"].Shape);
        Assert.Equal([1000, width], layout["head_dist.weight"].Shape);
        Assert.True(layout["head_dist.weight"].Offset < layout.DecayedLength);
        Assert.True(layout["dist_token"].Offset >= layout.DecayedLength);
    }

    [Fact]
    public void DeiT_B_has_64512_gates_in_four_sites_a_block()
    {
        var layout = ParameterLayout.Of(DeiT(768, 12), gated: true);

        Assert.Equal(64_512, layout.Length - layout.WeightLength);
        Assert.Equal(4 * 12, layout.Entries.Count(entry => entry.Name.Contains("gate")));
        Assert.Equal(ViTCost.Parameters(layout.Shape), layout.WeightLength);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_closed_form_counts_the_tensors_of_any_shape(long seed)
    {
        var shape = TestNets.RandomPlan(TestNets.Shape, seed, RemovedBias.Fold).After;

        Assert.Equal(ViTCost.Parameters(shape), ParameterLayout.Of(shape).Length);
    }

    [Fact]
    public void Weight_decay_spares_biases_norms_tokens_and_positions()
    {
        var layout = ParameterLayout.Of(TestNets.Shape, gated: true);

        Assert.All(layout.Entries, entry => Assert.Equal(
            entry.Name.EndsWith(".weight") && !entry.Name.Contains("norm"),
            entry.Offset < layout.DecayedLength));
    }

    [Fact]
    public void Fresh_weights_follow_the_seed()
    {
        var net = Net.Fresh(TestNets.Shape, 4);

        Assert.Equal(net.Values, Net.Fresh(TestNets.Shape, 4).Values);
        Assert.NotEqual(net.Values, Net.Fresh(TestNets.Shape, 5).Values);
        Assert.All(net["norm.weight"].ToArray(), value => Assert.Equal(1, value));
        Assert.All(net["head.bias"].ToArray(), value => Assert.Equal(0, value));
        Assert.InRange(Math.Sqrt(net["blocks.0.mlp.fc1.weight"].ToArray().Average(value => value * value)), 0.015, 0.025);
    }
}
