using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

/// <summary>The same seeds give PyTorch's numbers. The default generator is the process's, so these tests run alone.</summary>
[Collection(nameof(DefaultGenerator))]
public sealed class RandomTests
{
    [Fact]
    public void ManualSeed_DrawsAsPyTorch()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1234);
        AssertDrawn("randn", randn(3, 5));
        AssertDrawn("randn many", randn(40));
        AssertDrawn("rand", rand(7));
        AssertDrawn("randint", randint(0, 100, [6L]));
        AssertDrawn("randperm", randperm(8));
        AssertDrawn("normal_", empty(5).normal_(1, 2));
        AssertDrawn("uniform_", empty(5).uniform_(-1, 1));
        AssertDrawn("bernoulli", bernoulli(full(12, 0.3)));
        AssertDrawn("randn double", randn(4, float64));
        AssertDrawn("dropout", nn.functional.dropout(ones(12), 0.5));
        AssertDrawn("multinomial", multinomial(tensor([0.1f, 0.2f, 0.7f]), 5, true));
    }

    [Fact]
    public void Generator_DrawsAsPyTorchAndLeavesTheDefaultAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor before = get_rng_state();
        using var generator = new Generator(77);
        AssertDrawn("generator randn", randn(20, generator: generator));
        AssertDrawn("generator randperm", randperm(6, generator: generator));
        Assert.True(before.Equals(get_rng_state()));
    }

    [Fact]
    public void Generator_GoesOnFromItsState()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(3);
        randn(7, generator: generator);
        Tensor state = generator.get_state();
        Tensor first = randn(33, generator: generator);
        using var other = new Generator(4);
        other.set_state(state);
        Assert.True(first.Equals(randn(33, generator: other)));
        Assert.Equal(3, generator.initial_seed());
        Assert.True(randn(5, generator: other.manual_seed(3)).Equals(randn(5, generator: generator.manual_seed(3))));
    }

    [Fact]
    public void RngState_PutBackDrawsTheSameAgain()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor state = get_rng_state();
        Tensor first = rand(9);
        set_rng_state(state);
        Assert.True(first.Equals(rand(9)));
    }

    [Fact]
    public void Initializers_DrawAsPyTorch()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(5);
        AssertDrawn("kaiming_uniform_", nn.init.kaiming_uniform_(empty(3, 4), a: Math.Sqrt(5)));
        AssertDrawn("xavier_uniform_", nn.init.xavier_uniform_(empty(3, 4)));
    }

    [Fact]
    public void Layers_StartAsPyTorchs()
    {
        manual_seed(6);
        using Modules.Linear linear = nn.Linear(4, 3);
        AssertDrawn("linear weight", linear.weight);
        AssertDrawn("linear bias", linear.bias!);
        using Modules.Conv2d convolution = nn.Conv2d(2, 3, 2);
        AssertDrawn("conv weight", convolution.weight);
        AssertDrawn("conv bias", convolution.bias!);
    }

    private static void AssertDrawn(string name, Tensor drawn)
    {
        using DisposeScope scope = NewDisposeScope();
        Recording.AssertEqual(Recording.Get("random", name), drawn);
    }
}

/// <summary>Tests that draw from the process's default generator exclude all others.</summary>
[CollectionDefinition(nameof(DefaultGenerator), DisableParallelization = true)]
public sealed class DefaultGenerator;
