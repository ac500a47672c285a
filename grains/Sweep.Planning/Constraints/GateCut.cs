using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// What a net costs after VTP's cut. A block's weights are W = 3d·e_a + d·e_o + m(e_m + d) for e_a, e_o, e_m kept gates of its inputs and
/// m kept hidden units (METHODS 2.2, values whole). Parameters are ΣW + Σm and Flops N·ΣW, each beside what no gate touches: so one cost
/// says the other up to the number of units, N a unit.
/// </summary>
internal sealed class GateCut(CutGoal goal)
{
    private const int Halvings = 40;

    private ViTShape Dense => goal.Dense;

    /// <summary>Gates of a block: of its attention's inputs and results, its MLP's inputs and hidden units.</summary>
    private int[] Sites(BlockShape block) => [Dense.Width, block.Heads * block.ValueWidth, Dense.Width, block.MlpWidth];

    public PredictedCosts Predict()
    {
        if (goal.Sparsity == 0)
        {
            return new PredictedCosts { Parameters = PredictedCost.Exact(ViTCost.Parameters(Dense)), Flops = PredictedCost.Exact(ViTCost.Flops(Dense)) };
        }

        var shape = goal.Measure == BudgetTarget.Channels ? Kept(site => site - goal.Removed(site)) : AtTarget();
        var (parameters, flops) = (ViTCost.Parameters(shape), ViTCost.Flops(shape));
        return goal.Measure switch
        {
            BudgetTarget.Channels => ByCount(parameters, flops),
            BudgetTarget.Flops => FromFlops(parameters),
            _ => FromParameters(flops),
        };
    }

    /// <summary>The uniform cut that comes nearest: every site keeps the same share of its gates.</summary>
    private ViTShape AtTarget()
    {
        double low = 0, high = 1;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = goal.Cost(AtShare(middle)) > goal.Wanted ? (low, middle) : (middle, high);
        }

        var (below, above) = (AtShare(low), AtShare(high));
        return goal.Error(goal.Cost(below)) <= goal.Error(goal.Cost(above)) ? below : above;
    }

    private ViTShape AtShare(double share) => Kept(site => (int)Math.Round(share * site));

    private ViTShape Kept(Func<int, int> of) => Dense with
    {
        Blocks =
        [
            .. Dense.Blocks.Select(block =>
            {
                var kept = Array.ConvertAll(Sites(block), site => Math.Max(Floor(site), goal.Widths.Nearest(of(site), site)));
                return block with { AttentionInputs = kept[0], ProjectionInputs = kept[1], MlpInputs = kept[2], MlpWidth = kept[3] };
            }),
        ],
    };

    /// <summary>The fewest gates of a site that a cut leaves.</summary>
    private int Floor(int site)
    {
        while (goal.Widths.Below(site) >= CutGoal.LeastGates)
        {
            site = goal.Widths.Below(site);
        }

        return site;
    }

    /// <summary>The cut ends at the step nearest to the target: at most half of the dearest step away.</summary>
    private PredictedCost Wanted(double dearest)
    {
        var miss = Math.Min(goal.Slack, dearest * goal.Widths.Multiple / 2);
        return PredictedCost.Between(goal.Wanted - miss, (long)Math.Round(goal.Wanted), Math.Min(goal.DenseCost, goal.Wanted + miss));
    }

    private PredictedCosts FromParameters(long flops)
    {
        var parameters = Wanted(Dense.Blocks.Max(block => DearestGate(block) + 1));
        var (n, free) = (Dense.Tokens, Weightless());
        return new PredictedCosts
        {
            Parameters = parameters,
            Flops = PredictedCost.Between(
                free.Flops + n * (parameters.Lowest - free.Parameters - Units(block => block.MlpWidth)), flops,
                free.Flops + n * (parameters.Highest - free.Parameters - Units(block => Floor(block.MlpWidth)))),
        };
    }

    private PredictedCosts FromFlops(long parameters)
    {
        var flops = Wanted(Dense.Blocks.Max(DearestGate) * Dense.Tokens);
        var (n, free) = (Dense.Tokens, Weightless());
        return new PredictedCosts
        {
            Flops = flops,
            Parameters = PredictedCost.Between(
                (double)(flops.Lowest - free.Flops) / n + free.Parameters + Units(block => Floor(block.MlpWidth)), parameters,
                (double)(flops.Highest - free.Flops) / n + free.Parameters + Units(block => block.MlpWidth)),
        };
    }

    /// <summary>⌊rate · gates⌋ lie below the threshold, whatever each of them costs; a few of them the floor of a site keeps.</summary>
    private PredictedCosts ByCount(long parameters, long flops)
    {
        var (n, step) = (Dense.Tokens, goal.Widths.Multiple);
        var below = goal.Removed(Dense.Blocks.Sum(block => Sites(block).Sum()));
        var gone = Math.Max(0, below - 4 * Dense.Blocks.Count * (CutGoal.LeastGates + step - 1) - (step - 1));
        double Saved(int count, int bias, bool most)
        {
            var gates = Dense.Blocks.SelectMany(block => Gates(block, bias, most));
            double left = count, saved = 0;
            foreach (var (price, capacity) in most ? gates.OrderByDescending(gate => gate.Price) : gates.OrderBy(gate => gate.Price))
            {
                var taken = Math.Min(left, capacity);
                left -= taken;
                saved += taken * price;
            }

            return saved;
        }

        return new PredictedCosts
        {
            Parameters = PredictedCost.Between(
                ViTCost.Parameters(Dense) - Saved(below, 1, most: true), parameters, ViTCost.Parameters(Dense) - Saved(gone, 1, most: false)),
            Flops = PredictedCost.Between(ViTCost.Flops(Dense) - n * Saved(below, 0, most: true), flops, ViTCost.Flops(Dense) - n * Saved(gone, 0, most: false)),
        };
    }

    /// <summary>The weights that each gate takes along, and how many such gates there are. An input of the MLP takes one for each unit still there.</summary>
    private IEnumerable<(double Price, int Capacity)> Gates(BlockShape block, int bias, bool most)
    {
        int d = Dense.Width, m = block.MlpWidth, results = block.Heads * block.ValueWidth;
        yield return (block.QkvWidth, d - Floor(d));
        yield return (d, results - Floor(results));
        yield return (most ? m : Floor(m), d - Floor(d));
        yield return (2 * d + bias, m - Floor(m));
    }

    private double DearestGate(BlockShape block) => Math.Max(Math.Max(block.QkvWidth, block.MlpWidth), 2 * Dense.Width);

    private long Units(Func<BlockShape, int> of) => Dense.Blocks.Sum(block => (long)of(block));

    /// <summary>What is left of both costs when no gated weight is: P − ΣW − Σm and F − N·ΣW.</summary>
    private DenseCosts Weightless()
    {
        var weights = Dense.Blocks.Sum(block =>
            (long)Dense.Width * (block.QkvWidth + (long)block.Heads * block.ValueWidth + 2L * block.MlpWidth));
        return new DenseCosts(ViTCost.Parameters(Dense) - weights - Units(block => block.MlpWidth), ViTCost.Flops(Dense) - Dense.Tokens * weights);
    }
}
