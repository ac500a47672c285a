namespace Sweep.Recipes;

/// <summary>What a cut must reach: how much of which cost goes, where groups compete, and in which steps widths shrink.</summary>
public class CutGoal
{
    /// <summary>Largest distance between wanted and reached sparsity where every width is allowed.</summary>
    public const double Tolerance = 0.005;

    /// <summary>Fewest gates that stay at each of VTP's sites: below this a branch starves.</summary>
    public const int LeastGates = 8;

    /// <summary>What no block costs.</summary>
    private readonly long _outside;

    /// <param name="dense">The net before the cut.</param>
    /// <param name="sparsity">Fraction of the dense net's cost to remove, in [0, 1).</param>
    /// <param name="budget">Null for the defaults; multiples of at least 1.</param>
    /// <param name="scope">Where groups compete if the budget does not say.</param>
    public CutGoal(ViTShape dense, double sparsity, PruningBudget? budget = null, PruningScope scope = PruningScope.PerLayer)
    {
        ArgumentNullException.ThrowIfNull(dense);
        Dense = dense;
        Sparsity = sparsity;
        Measure = budget?.Target ?? BudgetTarget.Parameters;
        Scope = budget?.Scope ?? scope;
        WholeBranches = budget?.Scope == PruningScope.Global;
        Widths = new WidthSteps(budget?.MultipleOf ?? 1);
        DenseCost = Cost(dense);
        _outside = DenseCost - dense.Blocks.Sum(Cost);
        Slack = Math.Max(Tolerance * DenseCost, Widths.Multiple > 1 ? CoarsestStep() / 2.0 : 0);
    }

    public ViTShape Dense { get; }

    public double Sparsity { get; }

    /// <summary>What the sparsity is a fraction of.</summary>
    public BudgetTarget Measure { get; }

    public PruningScope Scope { get; }

    /// <summary>
    /// Whether a block may lose its whole attention or MLP: where a budget asks for global competition. SOMP's own scope, older than
    /// budgets, keeps at least one group of each kind in each block, as every budget per layer does.
    /// </summary>
    public bool WholeBranches { get; }

    /// <summary>The widths that a cut may leave.</summary>
    public WidthSteps Widths { get; }

    /// <summary>The dense net's parameters; Flops where they are the measure.</summary>
    public long DenseCost { get; }

    /// <summary>The cost to come down to.</summary>
    public double Wanted => (1 - Sparsity) * DenseCost;

    /// <summary>0.5 % of the dense cost: what solvers aim at.</summary>
    public double Aim => Tolerance * DenseCost;

    /// <summary>
    /// The largest distance from <see cref="Wanted"/> that is accepted: 0.5 % of the dense cost, or, where widths are multiples of n &gt; 1,
    /// half of the dearest step of n that the net has, if that is more. Steps of that size leave no wanted cost further away than this.
    /// </summary>
    public double Slack { get; }

    public long Cost(ViTShape shape) => Measure == BudgetTarget.Flops ? ViTCost.Flops(shape) : ViTCost.Parameters(shape);

    public long Cost(BlockShape block) => Measure == BudgetTarget.Flops
        ? ViTCost.Flops(block, Dense.Width, Dense.Tokens)
        : ViTCost.Parameters(block, Dense.Width);

    /// <summary>Of the whole net. Solvers ask this thousands of times, mostly of nets whose neighbouring blocks are alike.</summary>
    public long Cost(IReadOnlyList<BlockBudget> budgets)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        var (sum, last) = (_outside, 0L);
        for (var i = 0; i < budgets.Count; i++)
        {
            if (i == 0 || !ReferenceEquals(Dense.Blocks[i], Dense.Blocks[i - 1]) || budgets[i] != budgets[i - 1])
            {
                last = Cost(budgets[i].Shape(Dense.Blocks[i]));
            }

            sum += last;
        }

        return sum;
    }

    public double Error(long cost) => Math.Abs(cost - Wanted);

    /// <summary>How many of so many groups go when channels are counted: ⌊rate · count⌋, the rate read as the decimal that a person wrote.</summary>
    public int Removed(int count) => (int)Math.Floor((decimal)Sparsity * count);

    private long CoarsestStep()
    {
        var n = Widths.Multiple;
        int Less(int width) => Math.Max(1, width - n);
        return Dense.Blocks.Max(block => new[]
        {
            block with { QueryKeyWidth = Less(block.QueryKeyWidth) },
            block with { ValueWidth = Less(block.ValueWidth) },
            block with { MlpWidth = Less(block.MlpWidth) },
            block with { AttentionInputs = Less(Dense.Width) },
            block with { ProjectionInputs = Less(block.Heads * block.ValueWidth) },
            block with { MlpInputs = Less(Dense.Width) },
        }.Max(narrower => Cost(block) - Cost(narrower)));
    }
}
