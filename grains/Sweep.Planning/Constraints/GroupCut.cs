using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// What a net costs after heads, pairs, channels and units went. Both costs are linear in what stays (METHODS 4.3): with Q = Σh·q,
/// V = Σh·v and M = Σm over the blocks, width d and N tokens, parameters are (2d + 2)Q + (2d + 1)(V + M) and Flops
/// (2dN + N²)(Q + V) + 2dN·M, beside what no cut touches. So the bounds of one cost under a budget of the other are two fractional
/// knapsacks over three quantities, filled in the order of their ratios.
/// </summary>
internal sealed class GroupCut
{
    private readonly CutGoal _goal;
    private readonly IReadOnlyList<Quantity> _quantities;
    private readonly StructurePatterns _patterns;

    /// <param name="goal">What the cut must reach.</param>
    /// <param name="patterns">What may go.</param>
    public GroupCut(CutGoal goal, StructurePatterns patterns)
    {
        _goal = goal;
        _patterns = patterns;
        _quantities = Quantities(goal, patterns);
    }

    /// <param name="Low">The least that a cut leaves of it.</param>
    /// <param name="High">What there is of it in the dense net.</param>
    /// <param name="Parameters">Of one.</param>
    /// <param name="Flops">Of one.</param>
    private readonly record struct Quantity(double Low, double High, double Parameters, double Flops);

    public PredictedCosts Predict()
    {
        var shape = _goal.Dense with { Blocks = [.. _goal.Dense.Blocks.Zip(UniformCut.Solve(_goal, _patterns), (block, budget) => budget.Shape(block))] };
        var (parameters, flops) = (ViTCost.Parameters(shape), ViTCost.Flops(shape));
        if (_goal.Scope == PruningScope.PerLayer || _goal.Sparsity == 0)
        {
            return new PredictedCosts { Parameters = PredictedCost.Exact(parameters), Flops = PredictedCost.Exact(flops) };
        }

        return _goal.Measure switch
        {
            BudgetTarget.Channels => ByCount(parameters, flops),
            BudgetTarget.Flops => new PredictedCosts { Parameters = OtherCost(parameters, ofParameters: true), Flops = Wanted(flops) },
            _ => new PredictedCosts { Parameters = Wanted(parameters), Flops = OtherCost(flops, ofParameters: false) },
        };
    }

    /// <summary>Of the cost that the target is a fraction of.</summary>
    private PredictedCost Wanted(long value) => PredictedCost.Between(
        Math.Max(_goal.Wanted - _goal.Slack, 0), value, Math.Min(_goal.Wanted + _goal.Slack, _goal.DenseCost));

    private PredictedCost OtherCost(long value, bool ofParameters)
    {
        // A branch that is gone altogether takes its norm along, 2d parameters that no quantity counts.
        double norms = _goal.WholeBranches ? 2.0 * _goal.Dense.Width * _goal.Dense.Blocks.Count * ((_patterns.Heads ? 1 : 0) + (_patterns.Mlp ? 1 : 0)) : 0;
        var dense = DenseCosts.Of(_goal.Dense);
        var (budgeted, asked) = ofParameters ? (dense.Flops, dense.Parameters) : (dense.Parameters, dense.Flops);
        Func<Quantity, double> weight = ofParameters ? quantity => quantity.Flops : quantity => quantity.Parameters;
        Func<Quantity, double> price = ofParameters ? quantity => quantity.Parameters : quantity => quantity.Flops;
        var fixedBudget = budgeted - _quantities.Sum(quantity => quantity.High * weight(quantity));
        var fixedPrice = asked - _quantities.Sum(quantity => quantity.High * price(quantity));
        var least = Fill(_goal.Wanted - _goal.Slack - fixedBudget, weight, _quantities.OrderBy(quantity => price(quantity) / weight(quantity)), price);
        var most = Fill(
            _goal.Wanted + _goal.Slack - fixedBudget + (ofParameters ? 0 : norms),
            weight,
            _quantities.OrderByDescending(quantity => price(quantity) / weight(quantity)),
            price);
        return PredictedCost.Between(fixedPrice + least - (ofParameters ? norms : 0), value, fixedPrice + most);
    }

    /// <summary>The price of filling a weight, beyond what must stay anyway, in a given order.</summary>
    private static double Fill(double weight, Func<Quantity, double> weightOf, IEnumerable<Quantity> order, Func<Quantity, double> priceOf)
    {
        var ordered = order.ToList();
        var spare = weight - ordered.Sum(quantity => quantity.Low * weightOf(quantity));
        var price = ordered.Sum(quantity => quantity.Low * priceOf(quantity));
        foreach (var quantity in ordered)
        {
            var taken = Math.Clamp(spare / weightOf(quantity), 0, quantity.High - quantity.Low);
            spare -= taken * weightOf(quantity);
            price += taken * priceOf(quantity);
        }

        return price;
    }

    /// <summary>⌊rate · count⌋ of each kind go over the whole net, from which blocks is open: columns of a block count once for all its heads.</summary>
    private PredictedCosts ByCount(long parameters, long flops)
    {
        var (blocks, exact) = (_goal.Dense.Blocks, _goal is { WholeBranches: true, Widths.Multiple: 1 });
        double Left(int count, bool on) => on ? 1 - (double)_goal.Removed(count) / count : 1;
        var heads = Left(blocks.Sum(block => block.Heads), _patterns.Heads);
        var units = Left(blocks.Sum(block => block.MlpWidth), _patterns.Mlp);
        var columns = _patterns.QueryKey || _patterns.ValueProjection;
        var bounds = _quantities.Select((quantity, i) =>
        {
            var left = i == _quantities.Count - 1 ? units : heads;
            var low = i < _quantities.Count - 1 && columns ? quantity.Low : quantity.High * left;
            return (Quantity: quantity, Low: low, High: exact ? quantity.High * left : quantity.High);
        }).ToList();
        double norms = _goal.WholeBranches ? 4.0 * _goal.Dense.Width * blocks.Count : 0;
        var dense = DenseCosts.Of(_goal.Dense);
        double At(long whole, Func<Quantity, double> price, Func<(Quantity Quantity, double Low, double High), double> end) =>
            whole - bounds.Sum(bound => (bound.Quantity.High - end(bound)) * price(bound.Quantity));
        return new PredictedCosts
        {
            Parameters = PredictedCost.Between(
                At(dense.Parameters, quantity => quantity.Parameters, bound => bound.Low) - norms, parameters, At(dense.Parameters, quantity => quantity.Parameters, bound => bound.High)),
            Flops = PredictedCost.Between(At(dense.Flops, quantity => quantity.Flops, bound => bound.Low), flops, At(dense.Flops, quantity => quantity.Flops, bound => bound.High)),
        };
    }

    /// <summary>Attention first, the units of the MLPs last.</summary>
    private static List<Quantity> Quantities(CutGoal goal, StructurePatterns patterns)
    {
        var blocks = goal.Dense.Blocks;
        double d = goal.Dense.Width, n = goal.Dense.Tokens;
        double least = goal.WholeBranches ? 0 : 1;
        double Sum(Func<BlockShape, double> of) => blocks.Sum(of);
        double Heads(BlockShape block) => patterns.Heads ? Math.Min(least, block.Heads) : block.Heads;
        double Narrowest(bool on, int width) => on ? goal.Widths.Least(width) : width;
        var pairs = new Quantity(
            Sum(block => Heads(block) * Narrowest(patterns.QueryKey, block.QueryKeyWidth)), Sum(block => block.Heads * block.QueryKeyWidth), 2 * d + 2, 2 * d * n + n * n);
        var channels = new Quantity(
            Sum(block => Heads(block) * Narrowest(patterns.ValueProjection, block.ValueWidth)), Sum(block => block.Heads * block.ValueWidth), 2 * d + 1, 2 * d * n + n * n);
        var units = new Quantity(
            Sum(block => !patterns.Mlp ? block.MlpWidth : goal.WholeBranches ? 0 : goal.Widths.Least(block.MlpWidth)), Sum(block => block.MlpWidth), 2 * d + 1, 2 * d * n);
        if (patterns.QueryKey || patterns.ValueProjection || pairs.High == 0)
        {
            return [pairs, channels, units];
        }

        // Whole heads alone: pairs and channels go together.
        var together = channels.High / pairs.High;
        return [pairs with { Parameters = pairs.Parameters + together * channels.Parameters, Flops = pairs.Flops + together * channels.Flops }, units];
    }
}
