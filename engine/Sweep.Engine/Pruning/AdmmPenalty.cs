using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>
/// GOHSP's soft pruning (arXiv 2301.05345; METHODS 1.3): the terms (λ/2) Σ‖M⊙W‖² + (ρ/2) Σ‖W − Z + U‖² by their gradient
/// λ(M⊙W) + ρ(W − Z + U), with Z ← Proj(W + U) and U ← U + W − Z at each update. Weight decay goes on beside it: both pull the same
/// groups to 0. Z and U live in host memory and change a few times an epoch; a step costs two fused operations.
/// </summary>
public sealed class AdmmPenalty : IPenalty
{
    private const string AuxiliaryTensor = "admm.z";
    private const string DualTensor = "admm.u";
    private const string RaisedTensor = "admm.rho_raised";
    private const double FinalPart = 0.85; // of the epochs, before ρ is multiplied by its final factor

    private readonly SoftPruneRecipe _recipe;
    private readonly ParameterLayout _layout;
    private readonly IReadOnlyList<BlockBudget> _budgets;
    private readonly HeadScores _heads;
    private readonly float[] _constrained; // 1 where W is coupled to Z
    private readonly float[] _masked;      // M: 1 on the heads that λ presses down
    private readonly Tensor _slope;        // λM + ρP
    private readonly Tensor _offset;       // ρP(Z − U)
    private float[] _z;
    private float[] _u;
    private bool _raised;
    private float[] _doomed;
    private double _learningRate;

    public AdmmPenalty(SoftPruneRecipe recipe, Net start, IReadOnlyList<BlockBudget> budgets, HeadScores heads, Device device)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(start);
        _recipe = recipe;
        _layout = start.Layout;
        _budgets = budgets;
        _heads = heads;
        (_constrained, _masked) = Regions(recipe, start.Layout, budgets, heads);
        _u = new float[_layout.Length];
        (_z, _doomed) = Project(start.Values);
        _slope = zeros(_layout.Length, device: device).DetachFromDisposeScope();
        _offset = zeros(_layout.Length, device: device).DetachFromDisposeScope();
    }

    private bool Decoupled => _recipe.Coupling == PenaltyCoupling.Decoupled;

    private double Rho => _raised ? _recipe.Rho * _recipe.FinalRhoFactor : _recipe.Rho;

    /// <summary>The structure that a projection of these weights keeps.</summary>
    public PruningPlan Plan(Net net) => MagnitudePlanner.WithBudgets(net, _budgets, _heads);

    public void BeforeStep(TrainingMoment moment, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _learningRate = moment.LearningRate;
        var updates = Math.Max(1, _recipe.UpdatesPerEpoch);
        var due = moment.Step == 0
            || (long)moment.Step * updates / moment.Steps != (long)(moment.Step - 1) * updates / moment.Steps;
        if (due)
        {
            Update(moment, model);
        }
    }

    public void AddGradient(Tensor gradient, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(weights);
        if (!Decoupled)
        {
            gradient.addcmul_(_slope, weights, 1).sub_(_offset);
            return;
        }

        // The implicit step W ← (W + η·ρ(Z − U)) / (1 + η·ρ) is stable for every ρ.
        using var scope = NewDisposeScope();
        weights.add_(_offset, _learningRate).div_(_slope.mul(_learningRate).add_(1));
    }

    public EpochRecord Describe(EpochRecord record, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(model);
        double apart = 0, whole = 0, doomed = 0, kept = 0;
        var w = model.ToNet().Values;
        for (var i = 0; i < w.Length; i++)
        {
            var square = (double)w[i] * w[i];
            apart += _constrained[i] * ((double)w[i] - _z[i]) * ((double)w[i] - _z[i]);
            whole += _constrained[i] * square;
            doomed += _doomed[i] * square;
            kept += Math.Max(_constrained[i], _masked[i]) * (1 - _doomed[i]) * square;
        }

        return record with
        {
            PrimalResidual = whole > 0 ? Math.Sqrt(apart / whole) : 0,
            DoomedNormRatio = kept > 0 ? Math.Sqrt(doomed / kept) : 0,
        };
    }

    public IReadOnlyList<StoredTensor> Save() =>
    [
        StoredTensor.Of(AuxiliaryTensor, _z, _z.Length),
        StoredTensor.Of(DualTensor, _u, _u.Length),
        StoredTensor.Of(RaisedTensor, [_raised ? 1L : 0L], 1),
    ];

    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (z, u) = (state.Named(AuxiliaryTensor).Floats(), state.Named(DualTensor).Floats());
        if (z.Length != _layout.Length || u.Length != _layout.Length || state.Named(RaisedTensor).Longs() is not [0 or 1])
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"Tensors '{AuxiliaryTensor}' and '{DualTensor}' must have {_layout.Length} values and '{RaisedTensor}' 0 or 1, but they have {z.Length} and {u.Length}, or it another."));
        }

        (_z, _u, _raised) = (z, u, state.Named(RaisedTensor).Longs()[0] == 1);
        _doomed = Project(_z).Doomed;
    }

    public void Dispose()
    {
        _slope.Dispose();
        _offset.Dispose();
    }

    /// <summary>
    /// Reading A (λ = 0): the heads to remove are in the constraint set. Reading B (λ &gt; 0): λ alone presses on them, and Z knows them not.
    /// </summary>
    private static (float[] Constrained, float[] Masked) Regions(
        SoftPruneRecipe recipe, ParameterLayout layout, IReadOnlyList<BlockBudget> budgets, HeadScores heads)
    {
        var (constrained, masked) = (new GroupMask(layout), new GroupMask(layout));
        for (var i = 0; i < budgets.Count; i++)
        {
            var shape = layout.Shape.Blocks[i];
            var order = heads.KeepOrder(i);
            foreach (var head in order.Skip(budgets[i].Heads))
            {
                (recipe.Lambda > 0 ? masked : constrained).SetHead(i, head);
            }

            foreach (var head in order.Take(budgets[i].Heads))
            {
                for (var j = 0; recipe.Patterns.QueryKey && j < shape.QueryKeyWidth; j++)
                {
                    constrained.SetPair(i, head, j);
                }

                for (var j = 0; recipe.Patterns.ValueProjection && j < shape.ValueWidth; j++)
                {
                    constrained.SetChannel(i, head, j);
                }
            }

            for (var j = 0; recipe.Patterns.Mlp && j < shape.MlpWidth; j++)
            {
                constrained.SetUnit(i, j);
            }
        }

        return (constrained.Values, masked.Values);
    }

    private void Update(TrainingMoment moment, VisionTransformer model)
    {
        var progress = (moment.Epoch + (double)moment.Step / moment.Steps) / moment.Epochs;
        if (!_raised && progress >= FinalPart && _recipe.FinalRhoFactor != 1)
        {
            _raised = true;
            _u = Array.ConvertAll(_u, u => (float)(u / _recipe.FinalRhoFactor)); // the scaled dual is y/ρ
        }

        var w = model.ToNet().Values;
        var sum = new float[w.Length];
        for (var i = 0; i < w.Length; i++)
        {
            sum[i] = w[i] + _u[i];
        }

        (_z, _doomed) = Project(sum);
        var (slope, offset) = (new float[w.Length], new float[w.Length]);
        for (var i = 0; i < w.Length; i++)
        {
            _u[i] = _constrained[i] * (_u[i] + w[i] - _z[i]);

            // Beside the optimizer only what Z removes is pressed: for a kept weight the term would be no more than a tie to its value at
            // the last update, and a ρ that is large enough to remove groups would freeze the others.
            var coupled = _constrained[i] * (Decoupled ? _doomed[i] : 1);
            slope[i] = (float)(_recipe.Lambda * _masked[i] + Rho * coupled);
            offset[i] = (float)(Rho * coupled * (_z[i] - _u[i]));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _slope.copy_(tensor(slope));
        _offset.copy_(tensor(offset));
    }

    /// <summary>The nearest vector whose groups keep to the budgets, and which entries it sets to 0.</summary>
    private (float[] Z, float[] Doomed) Project(float[] values)
    {
        var removed = GroupMask.Removed(_layout, Plan(new Net(_layout, values))).Values;
        var z = new float[values.Length];
        for (var i = 0; i < z.Length; i++)
        {
            z[i] = (1 - removed[i]) * values[i];
        }

        return (z, removed);
    }
}
