using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

/// <summary>Five steps of a two-layer net: parameters after each step and losses, against PyTorch's.</summary>
public sealed class OptimizerTests
{
    private static readonly Dictionary<string, (Func<Parameter[], OptimizerHelper> Make, Func<int, double>? Schedule)> Optimizers = new()
    {
        ["AdamW"] = (ps => optim.AdamW(ps, 0.01, beta2: 0.98, weight_decay: 0.05), null),
        ["AdamW amsgrad"] = (ps => optim.AdamW(ps, 0.02, amsgrad: true), null),
        ["AdamW maximize"] = (ps => optim.AdamW(ps, 0.02, weight_decay: 0.01, maximize: true), null),
        ["AdamW groups"] = (Grouped, null),
        ["AdamW schedule"] = (ps => optim.AdamW(ps, 0.01, weight_decay: 0.05), step => 0.01 * (step + 1)),
        ["SGD"] = (ps => optim.SGD(ps, 0.1), null),
        ["SGD momentum"] = (ps => optim.SGD(ps, 0.05, momentum: 0.9, dampening: 0.1, weight_decay: 0.01), null),
        ["SGD nesterov"] = (ps => optim.SGD(ps, 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.01), null),
    };

    public static TheoryData<string> Names => [.. Recording.Names("trajectories")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_MovesAsPyTorchs(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        var run = new Run();
        using OptimizerHelper optimizer = Optimizers[name].Make(run.Parameters);
        var losses = new List<Tensor>();
        var states = new List<Tensor>();
        for (int step = 0; step < 5; step++)
        {
            if (Optimizers[name].Schedule is { } schedule)
            {
                foreach (optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = schedule(step);
            }
            losses.Add(run.Step(optimizer));
            states.Add(run.Snapshot());
        }
        Recording.AssertEqual(Recording.Get("trajectories", name, "losses"), stack(losses), 1e-5, 1e-6);
        Recording.AssertEqual(Recording.Get("trajectories", name, "parameters"), stack(states), 1e-5, 1e-6);
    }

    [Theory]
    [InlineData("AdamW")]
    [InlineData("AdamW amsgrad")]
    [InlineData("SGD momentum")]
    public void StateDict_LoadedGoesOnAsIfNeverInterrupted(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        var straight = new Run();
        using OptimizerHelper first = Optimizers[name].Make(straight.Parameters);
        for (int step = 0; step < 2; step++) straight.Step(first);

        var resumed = new Run(straight.Parameters);
        using OptimizerHelper second = Optimizers[name].Make(resumed.Parameters);
        second.load_state_dict(first.state_dict());
        for (int step = 0; step < 2; step++)
        {
            straight.Step(first);
            resumed.Step(second);
        }
        Assert.True(straight.Snapshot().Equals(resumed.Snapshot()));
    }

    [Fact]
    public void StateDict_HoldsWhatAdamWRemembers()
    {
        using DisposeScope scope = NewDisposeScope();
        var run = new Run();
        using var optimizer = (AdamW)Optimizers["AdamW"].Make(run.Parameters);
        run.Step(optimizer);
        optim.Optimizer.StateDictionary state = optimizer.state_dict();
        Assert.Equal([0, 1], Assert.Single(state.StateIndexRef));
        var options = Assert.IsType<AdamW.Options>(Assert.Single(state.Options));
        Assert.Equal((0.01, 0.98), (options.LearningRate, options.beta2));
        var first = Assert.IsType<AdamW.State>(state.State[0]);
        Assert.Equal(1, first.step);
        using Tensor gradient = run.Parameters[0].grad!;
        Recording.AssertEqual(gradient * 0.1, first.exp_avg);
        Recording.AssertEqual(gradient.square() * 0.02, first.exp_avg_sq);
    }

    [Fact]
    public void Step_LeavesParametersWithoutGradientAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        var used = new Parameter(ones(2));
        var unused = new Parameter(ones(2));
        using AdamW optimizer = optim.AdamW([used, unused], weight_decay: 0.5);
        used.sum().backward();
        optimizer.step();
        Assert.True(unused.Equals(ones(2)));
        Assert.False(used.Equals(ones(2)));
        unused.sum().backward();
        optimizer.step();
        Assert.Equal([2L, 1L], optimizer.state_dict().State.Select(state => ((AdamW.State)state).step));
    }

    [Fact]
    public void ZeroGrad_KeepsTheGradientsAsZeros()
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(ones(3));
        using SGD optimizer = optim.SGD([parameter], 0.1);
        parameter.sum().backward();
        optimizer.zero_grad();
        Assert.True(parameter.grad!.Equals(zeros(3)));
    }

    [Fact]
    public void Step_ReturnsTheClosuresLoss()
    {
        using DisposeScope scope = NewDisposeScope();
        var parameter = new Parameter(ones(1));
        using SGD optimizer = optim.SGD([parameter], 0.25);
        Tensor loss = optimizer.step(() =>
        {
            Tensor cost = parameter.square().sum();
            cost.backward();
            return cost;
        })!;
        Assert.Equal(1f, loss.item<float>());
        Assert.Equal(0.5f, parameter.item<float>());
    }

    [Fact]
    public void Options_OutOfRangeAreRefused()
    {
        using var parameter = new Parameter(ones(1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter], lr: -1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter], beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.SGD([parameter], 0.1, nesterov: true));
    }

    private static AdamW Grouped(Parameter[] ps)
    {
        AdamW.ParamGroup[] groups =
        [
            new([ps[0]], new AdamW.Options { weight_decay = 0.1 }),
            new([ps[1]], new AdamW.Options { LearningRate = 0.1 }),
        ];
        return optim.AdamW(groups, lr: 0.01);
    }

    /// <summary>record.py's two-layer net on its fixed data.</summary>
    private sealed class Run
    {
        private readonly Inputs inputs = new();

        internal Run() => Parameters = [new(inputs.m.t().clone()), new(inputs.w / 4)];

        internal Run(Parameter[] from) => Parameters = Array.ConvertAll(from, p => new Parameter(p.detach().clone()));

        internal Parameter[] Parameters { get; }

        internal Tensor Step(OptimizerHelper optimizer)
        {
            optimizer.zero_grad();
            Tensor hidden = nn.functional.linear(inputs.a, Parameters[0]).tanh();
            Tensor loss = (hidden.matmul(Parameters[1]) - inputs.a.select(1, 0)).square().mean();
            loss.backward();
            optimizer.step();
            return loss.detach();
        }

        internal Tensor Snapshot() => cat([Parameters[0].detach().reshape(-1), Parameters[1].detach()]);
    }
}
