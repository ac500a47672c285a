using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What optimizers share: groups with options, a state for each parameter, and the state dictionary.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    protected OptimizerOptions _defaults = new();
    protected OrderedDict<nint, OptimizerState> _state = [];

    /// <summary>Sets the gradients to zero, and does not take them away as a module's <c>zero_grad</c> does.</summary>
    public override void zero_grad()
    {
        foreach (Parameter parameter in parameters())
        {
            using Tensor? gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    public virtual optim.Optimizer.StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (ParamGroup group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var positions = new List<int>();
            foreach (Parameter parameter in group.Parameters)
            {
                positions.Add(dictionary.State.Count);
                dictionary.State.Add(_state[parameter.Handle]);
            }
            dictionary.StateIndexRef.Add(positions);
        }
        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        if (state_dict.Options.Count != own.Options.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (state_dict.State.Count != own.State.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
        foreach ((OptimizerOptions options, OptimizerOptions source) in own.Options.Zip(state_dict.Options))
        {
            if (options != source) options.LoadStateDict(source);
        }
        foreach ((OptimizerState state, OptimizerState source) in own.State.Zip(state_dict.State))
        {
            if (state != source) state.LoadStateDict(source);
        }
    }

    public void to(Device device)
    {
        foreach (Parameter parameter in parameters()) _state[parameter.Handle].to(device);
    }

    /// <summary>Runs the body for each group, without gradients and in a dispose scope.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using IDisposable tracked = enable_grad();
            loss = loss_closure();
        }
        using IDisposable untracked = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (ParamGroup group in _parameter_groups) body((T)group);
        return loss;
    }

    /// <summary>The parameters of a group that have gradients, with them.</summary>
    private protected static (Tensor[] parameters, Tensor[] gradients) Moving(ParamGroup group)
    {
        var parameters = new List<Tensor>();
        var gradients = new List<Tensor>();
        foreach (Parameter parameter in group.Parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            parameters.Add(parameter);
            gradients.Add(gradient);
        }
        return (parameters.ToArray(), gradients.ToArray());
    }
}

/// <summary>The options of a group; null ones take the optimizer's own.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }
}

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void LoadStateDict(OptimizerState source);

    public abstract void Initialize(OptimizerOptions options);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(Device device)
    {
    }

    /// <summary>A copy on the parameter's device that belongs to the state and to no dispose scope.</summary>
    private protected Tensor Kept(Tensor source) => source.to(_parameter.device, copy: true).DetachFromDisposeScope();
}

/// <summary>Parameters that share options.</summary>
public class ParamGroup : optim.ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options { get; set; } = null!;

    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters that share options of one kind.</summary>
public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
{
    public ParamGroup()
    {
    }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options!;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
