using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum where asked.</summary>
public class SGD : OptimizerHelper, optim.IMomentum
{
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0,
        double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        if (lr < 0.0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (momentum < 0.0) throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters) add_param_group(group);
    }

    public double Momentum
    {
        get => ((Options)_defaults).momentum!.Value;
        set
        {
            foreach (Modules.ParamGroup group in _parameter_groups) ((ParamGroup)group).Momentum = value;
        }
    }

    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    private void Update(ParamGroup group)
    {
        Options options = group.Options;
        double lr = options.LearningRate!.Value, momentum = options.momentum!.Value, decay = options.weight_decay!.Value;
        (Tensor[] parameters, Tensor[] directions) = Moving(group);
        if (parameters.Length == 0) return;
        if (decay != 0) directions = CallList(Aten._foreach_add_List, directions.Length, directions, parameters, (Scalar)decay);
        if (momentum != 0)
        {
            Tensor[] buffers = Remembered(parameters, directions, momentum, options.dampening!.Value);
            directions = options.nesterov!.Value
                ? CallList(Aten._foreach_add_List, directions.Length, directions, buffers, (Scalar)momentum)
                : buffers;
        }
        Run(Aten._foreach_add__List, parameters, directions, (Scalar)(options.maximize!.Value ? lr : -lr));
    }

    /// <summary>Adds the directions to the momentum buffers; a first direction becomes the buffer, undampened.</summary>
    private Tensor[] Remembered(Tensor[] parameters, Tensor[] directions, double momentum, double dampening)
    {
        var buffers = new Tensor[parameters.Length];
        var former = new List<int>();
        for (int i = 0; i < parameters.Length; i++)
        {
            var state = (State)_state[parameters[i].Handle];
            if (state.momentum_buffer is null) state.momentum_buffer = directions[i].detach().clone().DetachFromDisposeScope();
            else former.Add(i);
            buffers[i] = state.momentum_buffer;
        }
        if (former.Count == 0) return buffers;
        Tensor[] old = former.ConvertAll(i => buffers[i]).ToArray();
        Run(Aten._foreach_mul__Scalar, old, (Scalar)momentum);
        Run(Aten._foreach_add__List, old, former.ConvertAll(i => directions[i]).ToArray(), (Scalar)(1 - dampening));
        return buffers;
    }

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults;
        var options = (Options?)param_group.Options ?? new Options();
        param_group.Options = options;
        options.LearningRate ??= defaults.LearningRate;
        options.momentum ??= defaults.momentum;
        options.dampening ??= defaults.dampening;
        options.weight_decay ??= defaults.weight_decay;
        options.nesterov ??= defaults.nesterov;
        options.maximize ??= defaults.maximize;
        options.InitialLearningRate = options.LearningRate!.Value;
        param_group.Parameters = param_group.Parameters.ToList();
        _parameter_groups.Add(param_group);
        foreach (Parameter parameter in param_group.Parameters) _state[parameter.Handle] = new State(parameter);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach ((_, OptimizerState state) in _state) ((State)state).Dispose();
        _state.Clear();
    }

    /// <summary>The momentum of one parameter; null before the first step that has any.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public Tensor? momentum_buffer;

        public State(Parameter parameter) : base(parameter)
        {
        }

        public void Dispose() => momentum_buffer?.Dispose();

        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            momentum_buffer = null;
        }

        public override void LoadStateDict(OptimizerState source)
        {
            Dispose();
            momentum_buffer = ((State)source).momentum_buffer is { } buffer ? Kept(buffer) : null;
        }

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && (momentum_buffer is null
                ? state.momentum_buffer is null
                : state.momentum_buffer is { } buffer && momentum_buffer.allclose(buffer));

        public override void to(Device device) =>
            momentum_buffer = momentum_buffer?.to(device, disposeAfter: true).DetachFromDisposeScope();
    }

    public class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var from = (Options)source;
            (momentum, dampening, weight_decay) = (from.momentum, from.dampening, from.weight_decay);
            (nesterov, maximize) = (from.nesterov, from.maximize);
        }
    }

    public class ParamGroup : ParamGroup<Options>, optim.IMomentum
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0,
            double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            })
        {
        }

        public double Momentum
        {
            get => Options.momentum!.Value;
            set => Options.momentum = value;
        }
    }
}
