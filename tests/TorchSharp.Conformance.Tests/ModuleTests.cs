using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Conformance.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void RegisterComponents_FindsModulesParametersAndBuffersInFields()
    {
        using var net = new Net();
        Assert.Equal(
            ["scale", "first.weight", "first.bias", "rest.0.weight", "rest.1.weight", "rest.1.bias", "tail.0.weight", "tail.0.bias", "tail.2.weight", "tail.2.bias"],
            net.named_parameters().Select(p => p.name).OrderBy(n => n.StartsWith("scale") ? 0 : n.StartsWith("first") ? 1 : n.StartsWith("rest") ? 2 : 3));
        Assert.Equal(["offset"], net.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "rest", "tail"], net.named_children().Select(c => c.name).Order());
        Assert.Contains("rest.1", net.named_modules().Select(m => m.name));
        Assert.Contains("tail.2", net.named_modules().Select(m => m.name));
        Assert.Equal(10, net.parameters().Count());
        Assert.True(net.has_parameter("rest.1.bias"));
        Assert.False(net.has_parameter("rest.0.bias"));
        Assert.Same(net.First.weight, net.get_parameter("first.weight"));
    }

    [Fact]
    public void StateDict_RoundTripsByName()
    {
        using DisposeScope scope = NewDisposeScope();
        using Net from = new(), to = new();
        Tensor x = ones(2, 4);
        Assert.False(from.call(x).Equals(to.call(x)));
        (IList<string> missing, IList<string> unexpected) = to.load_state_dict(from.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.True(from.call(x).Equals(to.call(x)));
        Assert.Equal(11, from.state_dict().Count);
        Assert.DoesNotContain("hidden", from.state_dict().Keys);
    }

    [Fact]
    public void LoadStateDict_RefusesOtherNamesUnlessToldNotTo()
    {
        using DisposeScope scope = NewDisposeScope();
        using var net = new Net();
        Dictionary<string, Tensor> state = new() { ["first.weight"] = zeros(4, 4), ["stranger"] = ones(1) };
        Assert.Throws<InvalidOperationException>(() => net.load_state_dict(state));
        (IList<string> missing, IList<string> unexpected) = net.load_state_dict(state, strict: false);
        Assert.Equal(["stranger"], unexpected);
        Assert.Equal(10, missing.Count);
        Assert.Equal(0f, net.First.weight.sum().item<float>());
    }

    [Fact]
    public void TrainAndEval_ReachEveryModuleInside()
    {
        using DisposeScope scope = NewDisposeScope();
        using var net = new Net();
        Assert.True(net.training);
        net.eval();
        Assert.All(net.modules(), module => Assert.False(module.training));
        using Dropout dropout = Dropout(0.5);
        dropout.eval();
        Assert.True(dropout.call(ones(50)).Equals(ones(50)));
        dropout.train();
        Assert.All(dropout.call(ones(50)).data<float>().ToArray(), element => Assert.True(element is 0f or 2f));
    }

    [Fact]
    public void ZeroGrad_TakesGradientsAwayOrZeroesThem()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Linear(2, 1);
        linear.call(ones(1, 2)).sum().backward();
        linear.zero_grad(set_to_none: false);
        Assert.Equal([0f, 0f], linear.weight.grad!.data<float>().ToArray());
        linear.zero_grad();
        Assert.Null(linear.weight.grad);
    }

    [Fact]
    public void To_ReplacesParametersInFieldsToo()
    {
        using DisposeScope scope = NewDisposeScope();
        using Net net = new Net().to(float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.All(net.parameters(), p => Assert.True(p.requires_grad));
        Assert.Equal(ScalarType.Float64, net.First.weight.dtype);
        Assert.Equal(ScalarType.Float64, net.call(ones(1, 4, float64)).dtype);
        Assert.Same(net.First.weight, net.get_parameter("first.weight"));
        Assert.Throws<ArgumentException>(() => net.to(int64));
    }

    [Fact]
    public void Modules_ParametersOutliveTheScopeTheyWereMadeIn()
    {
        Linear linear;
        using (NewDisposeScope()) linear = Linear(2, 2);
        Assert.False(linear.weight.IsInvalid);
        linear.Dispose();
    }

    [Fact]
    public void Sequential_ChainsItsModules()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear first = Linear(3, 2), second = Linear(2, 1);
        using Sequential chain = Sequential(("a", first), ("b", ReLU()), ("c", second));
        Tensor x = ones(4, 3);
        Recording.AssertEqual(second.call(first.call(x).relu()), chain.call(x));
        Assert.Equal(["a.weight", "a.bias", "c.weight", "c.bias"], chain.named_parameters().Select(p => p.name));
        Assert.Equal(3, chain.Count);
        Assert.Equal(3f, Sequential().call(tensor(3f)).item<float>());
    }

    [Fact]
    public void Hooks_SeeAndChangeWhatPasses()
    {
        using DisposeScope scope = NewDisposeScope();
        using Identity identity = Identity();
        var post = identity.register_forward_hook((_, input, output) => output * 2);
        var pre = identity.register_forward_pre_hook((_, input) => input + 1);
        Assert.Equal(4f, identity.call(tensor(1f)).item<float>());
        post.remove();
        Assert.Equal(2f, identity.call(tensor(1f)).item<float>());
        pre.remove();
        Assert.Equal(1f, identity.call(tensor(1f)).item<float>());
    }

    [Fact]
    public void LayerNorm_HasItsParametersAsAsked()
    {
        using LayerNorm full = LayerNorm(4), unbiased = LayerNorm(4, bias: false), plain = LayerNorm([2, 4], elementwise_affine: false);
        Assert.Equal(["weight", "bias"], full.named_parameters().Select(p => p.name));
        Assert.Equal(["weight"], unbiased.named_parameters().Select(p => p.name));
        Assert.Empty(plain.named_parameters());
        using Tensor output = plain.call(arange(8f).view(1, 2, 4));
        Assert.Equal(0f, output.mean().item<float>(), 1e-6f);
    }

    [Fact]
    public void Registration_RefusesWhatIsTaken()
    {
        using DisposeScope scope = NewDisposeScope();
        using var net = new Net();
        Assert.Throws<InvalidOperationException>(() => net.register_buffer("offset", ones(1)));
        Assert.Throws<InvalidOperationException>(() => net.register_parameter("scale", new Parameter(ones(1))));
        Assert.Throws<ArgumentException>(() => net.register_module("a.b", Identity()));
    }

    [Fact]
    public void Apply_VisitsEveryModuleAndItselfLast()
    {
        using var net = new Net();
        var seen = new List<nn.Module>();
        net.apply(seen.Add);
        Assert.Same(net, seen[^1]);
        Assert.Equal(net.modules().Count() + 1, seen.Count);
    }

    [Fact]
    public void ClipGradNorm_ScalesAllGradientsTogether()
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter a = new(zeros(2)), b = new(zeros(1)), unused = new(zeros(1));
        a.grad = tensor([3f, 0f]);
        b.grad = tensor([4f]);
        Assert.Equal(5.0, nn.utils.clip_grad_norm_([a, b, unused], 10), 1e-6);
        Assert.Equal([3f, 0f], a.grad!.data<float>().ToArray());
        Assert.Equal(5.0, nn.utils.clip_grad_norm_([a, b, unused], 1), 1e-6);
        Recording.AssertEqual(tensor([0.6f, 0f]), a.grad!);
        Recording.AssertEqual(tensor([0.8f]), b.grad!);
        nn.utils.clip_grad_value_([a, b, unused], 0.7);
        Recording.AssertEqual(tensor([0.7f]), b.grad!);
    }

    [Fact]
    public void ParametersToVector_ComesBack()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear linear = Linear(2, 3);
        Tensor vector = nn.utils.parameters_to_vector(linear.parameters());
        Assert.Equal([9L], vector.shape);
        nn.utils.vector_to_parameters(arange(9f), linear.parameters());
        Assert.Equal([6f, 7f, 8f], linear.bias!.detach().data<float>().ToArray());
    }

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = Parameter(ones(1));
        private readonly Linear first = Linear(4, 4);
        private readonly ModuleList<Linear> rest = new(Linear(4, 4, hasBias: false), Linear(4, 4));
        private readonly Sequential tail = Sequential(Linear(4, 4), GELU(), Linear(4, 2));
        private readonly Tensor offset = zeros(1);

        internal Net() : base(nameof(Net))
        {
            register_buffer("hidden", ones(1), persistent: false);
            RegisterComponents();
        }

        internal Linear First => first;

        public override Tensor forward(Tensor input)
        {
            Tensor x = first.call(input) * scale + offset;
            foreach (Linear linear in rest) x = linear.call(x);
            return tail.call(x);
        }
    }
}
