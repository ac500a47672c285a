using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101). The weight decay defaults to 0, as TorchSharp's
/// does. One list operator a formula serves all parameters of a group that have made equally many steps.
/// </summary>
public class AdamW : OptimizerHelper, optim.IBetas
{
    public AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    public AdamW(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (beta1 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta1: {beta1}");
        if (beta2 is < 0 or >= 1.0) throw new ArgumentException($"Invalid beta2: {beta2}");
        if (weight_decay < 0.0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters) add_param_group(group);
    }

    public (double, double) Betas
    {
        get => (((Options)_defaults).beta1!.Value, ((Options)_defaults).beta2!.Value);
        set => (((Options)_defaults).beta1, ((Options)_defaults).beta2) = value;
    }

    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

    private void Update(ParamGroup group)
    {
        (Tensor[] parameters, Tensor[] gradients) = Moving(group);
        State[] states = Array.ConvertAll(parameters, p => (State)_state[p.Handle]);
        foreach (State state in states) state.step++;
        // Parameters without a gradient at some step lag behind the others; usually there is one cohort.
        foreach (IGrouping<long, int> cohort in Enumerable.Range(0, states.Length).GroupBy(i => states[i].step))
        {
            int[] members = cohort.ToArray();
            Update(group.Options, cohort.Key, Array.ConvertAll(members, i => states[i]),
                Array.ConvertAll(members, i => parameters[i]), Array.ConvertAll(members, i => gradients[i]));
        }
    }

    private static void Update(Options options, long step, State[] states, Tensor[] parameters, Tensor[] gradients)
    {
        double beta1 = options.beta1!.Value, beta2 = options.beta2!.Value;
        double lr = options.LearningRate!.Value;
        Tensor[] means = Array.ConvertAll(states, s => s.exp_avg);
        Tensor[] squares = Array.ConvertAll(states, s => s.exp_avg_sq);
        if (options.maximize!.Value) gradients = CallList(Aten._foreach_neg, gradients.Length, gradients);

        Run(Aten._foreach_mul__Scalar, parameters, (Scalar)(1 - lr * options.weight_decay!.Value));
        Run(Aten._foreach_mul__Scalar, means, (Scalar)beta1);
        Run(Aten._foreach_add__List, means, gradients, (Scalar)(1 - beta1));
        Run(Aten._foreach_mul__Scalar, squares, (Scalar)beta2);
        Run(Aten._foreach_addcmul__Scalar, squares, gradients, gradients, (Scalar)(1 - beta2));
        if (options.amsgrad!.Value)
        {
            foreach (State state in states) state.KeepLargest();
            squares = Array.ConvertAll(states, s => s.max_exp_avg_sq!);
        }
        Tensor[] denominators = CallList(Aten._foreach_sqrt, squares.Length, squares);
        Run(Aten._foreach_div__Scalar, denominators, (Scalar)Math.Sqrt(1 - Math.Pow(beta2, step)));
        Run(Aten._foreach_add__Scalar, denominators, (Scalar)options.eps!.Value);
        Run(Aten._foreach_addcdiv__Scalar, parameters, means, denominators, (Scalar)(-lr / (1 - Math.Pow(beta1, step))));
    }

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults;
        var options = (Options?)param_group.Options ?? new Options();
        param_group.Options = options;
        options.LearningRate ??= defaults.LearningRate;
        options.beta1 ??= defaults.beta1;
        options.beta2 ??= defaults.beta2;
        options.eps ??= defaults.eps;
        options.weight_decay ??= defaults.weight_decay;
        options.amsgrad ??= defaults.amsgrad;
        options.maximize ??= defaults.maximize;
        options.InitialLearningRate = options.LearningRate!.Value;
        param_group.Parameters = param_group.Parameters.ToList();
        _parameter_groups.Add(param_group);
        foreach (Parameter parameter in param_group.Parameters)
        {
            var state = new State(parameter);
            _state[parameter.Handle] = state;
            state.Initialize(options);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach ((_, OptimizerState state) in _state) ((State)state).Dispose();
    }

    /// <summary>Steps made and the moments' moving averages of one parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        public long step;
        public Tensor exp_avg = null!;
        public Tensor exp_avg_sq = null!;
        public Tensor? max_exp_avg_sq;

        public State(Parameter parameter) : base(parameter)
        {
        }

        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            step = 0;
            exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad!.Value ? zeros_like(_parameter).DetachFromDisposeScope() : null;
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var from = (State)source;
            Dispose();
            step = from.step;
            exp_avg = Kept(from.exp_avg);
            exp_avg_sq = Kept(from.exp_avg_sq);
            max_exp_avg_sq = from.max_exp_avg_sq is { } largest ? Kept(largest) : null;
        }

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State state && step == state.step && exp_avg.allclose(state.exp_avg) && exp_avg_sq.allclose(state.exp_avg_sq)
            && (max_exp_avg_sq is null || (state.max_exp_avg_sq is { } largest && max_exp_avg_sq.allclose(largest)));

        public override void to(Device device)
        {
            exp_avg = exp_avg.to(device, disposeAfter: true).DetachFromDisposeScope();
            exp_avg_sq = exp_avg_sq.to(device, disposeAfter: true).DetachFromDisposeScope();
            max_exp_avg_sq = max_exp_avg_sq?.to(device, disposeAfter: true).DetachFromDisposeScope();
        }

        internal void KeepLargest()
        {
            Tensor former = max_exp_avg_sq!;
            max_exp_avg_sq = maximum(former, exp_avg_sq).DetachFromDisposeScope();
            former.Dispose();
        }
    }

    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var from = (Options)source;
            (beta1, beta2, eps) = (from.beta1, from.beta2, from.eps);
            (weight_decay, amsgrad, maximize) = (from.weight_decay, from.amsgrad, from.maximize);
        }
    }

    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
            double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            })
        {
        }

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
