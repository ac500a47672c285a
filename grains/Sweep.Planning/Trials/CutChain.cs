using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The recipe of the cut itself, which every method has and each decides in its own way.</summary>
internal sealed class CutChain(SweepSpec spec, long seed)
{
    /// <param name="settings">The trial's.</param>
    /// <param name="parent">The stage before the cut.</param>
    /// <param name="dense">The stage whose net is the unpruned one.</param>
    public HardPruneRecipe HardPrune(TrialSettings settings, StageRecipe parent, StageRecipe dense)
    {
        var cut = new HardPruneRecipe { Parent = parent.Id, Method = settings.Method, Sparsity = settings.Sparsity };
        var budget = Budget(spec, settings);
        return settings.Method switch
        {
            PruningMethod.Vtp => cut with { Gates = spec.Vtp.Gates, Budget = budget },
            PruningMethod.Somp => cut with
            {
                Scope = Scope(spec.Somp.Scope),
                Patterns = spec.Somp.Patterns,
                Budget = budget,
                Norm = spec.Somp.Norm == GroupNorm.L2 ? null : spec.Somp.Norm,
            },
            PruningMethod.Omp => cut with { Scope = Scope(spec.Omp.Scope), Budget = budget },
            PruningMethod.Taylor => cut with { Weights = dense.Id, Scope = Scope(spec.Taylor.Scope), Patterns = spec.Taylor.Patterns, Budget = budget },
            PruningMethod.Ssp => cut with { Weights = dense.Id, Patterns = spec.Ssp.Patterns, Budget = budget },
            PruningMethod.Random => cut with
            {
                Patterns = spec.Random.Patterns,
                Budget = budget,
                Seed = DerivedSeed.Of(seed, string.Create(CultureInfo.InvariantCulture, $"random/{spec.Random.Seed}")),
            },
            _ => cut,
        };
    }

    /// <summary>What the file says of target, scope and rounding for this trial; null where that is what the method does anyway.</summary>
    public static PruningBudget? Budget(SweepSpec spec, TrialSettings settings)
    {
        var structured = settings.Method.IsStructured();
        var target = settings.Target ?? spec.Budget.TargetOf(settings.Method);
        var budget = new PruningBudget
        {
            Target = structured && target != BudgetTarget.Parameters ? target : null,
            Scope = spec.Budget?.Scope,
            MultipleOf = structured && spec.Budget?.MultipleOf is > 1 and var multiple ? multiple : null,
        };
        return budget == new PruningBudget() ? null : budget;
    }

    /// <summary>A method's own scope, unless the budget says.</summary>
    private PruningScope? Scope(PruningScope own) => spec.Budget?.Scope is null ? own : null;
}
