using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

/// <summary>Gradients against central differences, in double precision.</summary>
[Collection(nameof(DefaultGenerator))]
public sealed class GradientTests
{
    private const double Step = 1e-6;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["exp"] = x => x.exp(),
        ["log"] = x => x.abs().add(1).log(),
        ["sqrt"] = x => x.square().add(1).sqrt(),
        ["tanh"] = x => x.tanh(),
        ["sigmoid"] = x => x.sigmoid(),
        ["gelu"] = x => x.gelu(),
        ["division"] = x => 1 / (x.square() + 2),
        ["softmax"] = x => x.softmax(1) * x,
        ["log_softmax"] = x => x.log_softmax(0) * x,
        ["matmul"] = x => x.matmul(x.t()),
        ["layer_norm"] = x => nn.functional.layer_norm(x, [4], x[0], x[1]),
        ["linear"] = x => nn.functional.linear(x, x * 2, x[.., 0]),
        ["cross_entropy"] = x => nn.functional.cross_entropy(x, tensor([1L, 3L, 0L]), label_smoothing: 0.1),
        ["cross_entropy of shares"] = x => nn.functional.cross_entropy(x, Shares()),
        ["kl_div"] = x => nn.functional.kl_div(x.log_softmax(1), Shares().log(), log_target: true, reduction: nn.Reduction.Sum),
        ["addcmul broadcast"] = x => x.addcmul(x[0], x[.., ..1], 1),
        ["attention"] = x => nn.functional.scaled_dot_product_attention(x.view(1, 1, 3, 4), x.view(1, 1, 3, 4) * 2, x.view(1, 1, 3, 4)),
        ["attention causal"] = x => nn.functional.scaled_dot_product_attention(
            x.view(1, 1, 3, 4), x.view(1, 1, 3, 4) * 2, x.view(1, 1, 3, 4), is_casual: true),
        ["indexing"] = x => x[1.., ..2] * x[TensorIndex.Tensor(tensor([0L, 2L])), TensorIndex.Slice(2)],
        ["cat"] = x => cat([x, x.flip(0)], 1) * cat([x * 2, x], 1),
        ["where"] = x => where(x > 0, x.square(), x * 3),
        ["norm"] = x => x.norm(1, p: 2f),
        ["var"] = x => x.var(1),
        ["max"] = x => x.max(1).values,
        ["gather"] = x => x.gather(1, tensor([0L, 3L, 1L], 3, 1).expand(3, 1)).square(),
        ["conv2d"] = x => nn.functional.conv2d(x.view(1, 1, 3, 4), x[..2, ..2].reshape(1, 1, 2, 2)),
        ["einsum"] = x => einsum("ij,kj->ik", x, x.exp()),
    };

    private static Tensor Shares() => arange(1.0, 13.0, 1.0, float64).sin().view(3, 4).softmax(1);

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_IsTheSlope(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor at = Recording.Get("inputs", "a").to(float64);
        Tensor weights = arange(1.0, 13.0, 1.0, float64);
        Func<Tensor, Tensor> weighted = x =>
        {
            Tensor y = Functions[name](x).reshape(-1);
            return (y * weights.repeat(y.numel() / 12 + 1)[..(int)y.numel()]).sum();
        };

        Tensor leaf = at.clone().requires_grad_();
        weighted(leaf).backward();
        double[] gradient = leaf.grad!.data<double>().ToArray();

        double[] slopes = new double[12];
        for (int i = 0; i < slopes.Length; i++) slopes[i] = (Shifted(i, Step) - Shifted(i, -Step)) / (2 * Step);
        for (int i = 0; i < slopes.Length; i++) Assert.Equal(slopes[i], gradient[i], 1e-6 * Math.Max(1, Math.Abs(slopes[i])));

        double Shifted(int index, double by)
        {
            Tensor moved = at.clone();
            moved.view(-1)[index] += by;
            return weighted(moved).item<double>();
        }
    }

    [Fact]
    public void Attention_OfHugeScoresStaysFiniteAndOfNoNumbersIsNone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(1, 1, 20, 8);
        Tensor sharp = nn.functional.scaled_dot_product_attention(x * 1000, x * 1000, x);
        Tensor precise = nn.functional.scaled_dot_product_attention(x.to(float64) * 1000, x.to(float64) * 1000, x.to(float64));
        Recording.AssertEqual(precise.to(float32), sharp, 1e-4, 1e-4);
        Assert.True(nn.functional.scaled_dot_product_attention(x * float.NaN, x, x).isnan().all().ToBoolean());
    }

    [Fact]
    public void Grad_AccumulatesAndIsTakenAway()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1f, 2f]).requires_grad_();
        Assert.Null(x.grad);
        x.square().sum().backward();
        x.square().sum().backward();
        Assert.Equal([4f, 8f], x.grad!.data<float>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
        x.grad = tensor([5f, 6f]);
        Assert.Equal([5f, 6f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Backward_TakesWeightsAndKeepsTheGraphWhenAsked()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1f, 2f]).requires_grad_();
        Tensor y = x * x;
        y.backward(grad_tensors: [tensor([1f, 10f])], retain_graph: true);
        Assert.Equal([2f, 40f], x.grad!.data<float>().ToArray());
        y.backward(grad_tensors: [ones(2)]);
        Assert.Equal([4f, 44f], x.grad!.data<float>().ToArray());
        Assert.ThrowsAny<Exception>(() => y.backward(grad_tensors: [ones(2)]));
    }

    [Fact]
    public void AutogradGrad_GivesSecondDerivatives()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(3.0).requires_grad_();
        Tensor first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Assert.Equal(27.0, first.item<double>(), 1e-12);
        Tensor second = autograd.grad([first], [x])[0];
        Assert.Equal(18.0, second.item<double>(), 1e-12);
        Assert.Null(x.grad);
    }

    [Fact]
    public void NoGrad_RecordsNothingUntilDisposed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2).requires_grad_();
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void NoGrad_IsTheThreadsOwn()
    {
        using IDisposable untracked = no_grad();
        bool elsewhere = false;
        var thread = new Thread(() => elsewhere = is_grad_enabled());
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
        Assert.False(is_grad_enabled());
    }

    [Fact]
    public void InferenceMode_MakesTensorsThatAutogradRefuses()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = ones(2).requires_grad_();
        Tensor made;
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            made = weight * 2;
        }
        Assert.False(is_inference_mode_enabled());
        Assert.ThrowsAny<Exception>(() => made * weight);
    }

    [Fact]
    public void Detach_SharesMemoryWithoutHistory()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2).requires_grad_();
        Tensor y = x * 2;
        Tensor cut = y.detach();
        Assert.False(cut.requires_grad);
        Assert.True(cut.is_leaf);
        Assert.False(y.is_leaf);
        cut.fill_(7);
        Assert.Equal([7f, 7f], y.detach().data<float>().ToArray());
    }

    [Fact]
    public void RetainGrad_KeepsAnInnerGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2).requires_grad_();
        Tensor y = x * 2;
        y.retain_grad();
        (y * 3).sum().backward();
        Assert.Equal([3f, 3f], y.grad!.data<float>().ToArray());
    }
}
