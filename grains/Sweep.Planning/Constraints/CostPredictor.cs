using System.Collections.Concurrent;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// The parameters and Flops of a trial's net in closed form. Exact, to the last parameter, for every method whose layers each lose the
/// same (all but VTP unless a scope is global), since no weight decides how much of a layer stays, and for the unstructured methods,
/// which keep the shape. Where layers compete, how much of each stays is known only after training: then the value is that of the
/// uniform cut, between bounds that no plan of the method leaves.
/// </summary>
public sealed class CostPredictor
{
    /// <summary>Predictions to remember; a continuum of sparsities has no end of them.</summary>
    private const int MostKnown = 4096;

    private readonly SweepSpec _spec;
    private readonly ViTShape _shape;
    private readonly ConcurrentDictionary<(PruningMethod, double, BudgetTarget?), PredictedCosts> _known = new();

    /// <exception cref="ArgumentException">The spec is not a sound one: its data or its preset is unknown.</exception>
    public CostPredictor(SweepSpec spec)
    {
        _spec = spec;
        _shape = ImageSet.DenseShape(spec);
        Dense = DenseCosts.Of(_shape);
    }

    public DenseCosts Dense { get; }

    public PredictedCosts Predict(TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var key = (settings.Method, settings.Sparsity, settings.Target);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var predicted = Reckon(settings);
        if (_known.Count < MostKnown)
        {
            _known.TryAdd(key, predicted);
        }

        return predicted;
    }

    private PredictedCosts Reckon(TrialSettings settings)
    {
        if (!settings.Method.IsStructured())
        {
            return new PredictedCosts
            {
                Parameters = PredictedCost.Exact(Dense.Parameters),
                Flops = PredictedCost.Exact(Dense.Flops),
                Zeros = (long)Math.Round(settings.Sparsity * Dense.Parameters),
            };
        }

        var goal = new CutGoal(_shape, settings.Sparsity, CutChain.Budget(_spec, settings), ScopeOf(settings.Method));
        return settings.Method == PruningMethod.Vtp ? new GateCut(goal).Predict() : new GroupCut(goal, PatternsOf(settings.Method)).Predict();
    }

    private PruningScope ScopeOf(PruningMethod method) => method switch
    {
        PruningMethod.Vtp => PruningScope.Global,
        PruningMethod.Somp => _spec.Somp.Scope,
        PruningMethod.Taylor => _spec.Taylor.Scope,
        _ => PruningScope.PerLayer,
    };

    private StructurePatterns PatternsOf(PruningMethod method) => method switch
    {
        PruningMethod.Gohsp => _spec.Gohsp.Patterns,
        PruningMethod.Somp => _spec.Somp.Patterns,
        PruningMethod.Sgmp => _spec.Sgmp.Patterns,
        PruningMethod.Taylor => _spec.Taylor.Patterns,
        PruningMethod.Ssp => _spec.Ssp.Patterns,
        PruningMethod.Random => _spec.Random.Patterns,
        _ => new StructurePatterns { QueryKey = false, ValueProjection = false }, // S²ViTE's heads and units
    };
}
