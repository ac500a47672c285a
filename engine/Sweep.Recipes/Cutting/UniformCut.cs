namespace Sweep.Recipes;

/// <summary>
/// Keep counts under which each layer loses the same and the whole net meets a target of parameters or Flops. Of each MLP a fraction t
/// stays, of each attention √t: per parameter attention matters more (VTP's gates find the same, and docs/LOG.md has the measurements). Of
/// attention's cut a part is whole heads and the rest columns inside heads, so all patterns share it; the MLP takes what rounding leaves.
/// The paper's own distribution over layers is not known. Exact integer arithmetic through <see cref="ViTCost"/>. Where channels are
/// counted there is nothing to solve: each kind of group loses ⌊rate · count⌋ in each layer, to the nearest allowed width.
/// </summary>
public static class UniformCut
{
    private const int GridPoints = 2_000;

    /// <summary>Attention keeps t to this power where the MLP keeps t.</summary>
    private const double AttentionExponent = 0.5;

    /// <summary>Heads keep attention's share to this power; columns inside them the rest.</summary>
    private const double HeadExponent = 0.25;

    /// <returns>One budget a block: the nearest there is, which misses the target where that is out of reach.</returns>
    public static IReadOnlyList<BlockBudget> Solve(CutGoal target, StructurePatterns patterns)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patterns);
        if (target.Sparsity == 0)
        {
            return [.. target.Dense.Blocks.Select(BlockBudget.Whole)];
        }

        if (target.Measure == BudgetTarget.Channels)
        {
            return [.. target.Dense.Blocks.Select(block => ByCount(target, patterns, block))];
        }

        IReadOnlyList<BlockBudget>? best = null;
        var bestRank = (Misses: true, Distance: double.PositiveInfinity);
        for (var i = 0; i <= GridPoints; i++)
        {
            var share = (double)i / GridPoints;
            var budgets = AtShare(target, patterns, share);
            var error = target.Error(target.Cost(budgets));
            var rank = error > target.Aim / 4 ? (true, error) : (false, Imbalance(target.Dense, budgets, share));
            if (rank.CompareTo(bestRank) < 0)
            {
                (best, bestRank) = (budgets, rank);
            }
        }

        return Refined(target, patterns, best!);
    }

    /// <summary>The least that stays of each block under a target of parameters or Flops.</summary>
    public static IReadOnlyList<BlockBudget> Narrowest(CutGoal target, StructurePatterns patterns)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patterns);
        return AtShare(target, patterns, 0, fillMlp: false);
    }

    private static BlockBudget ByCount(CutGoal target, StructurePatterns patterns, BlockShape block)
    {
        int Width(bool on, int width) => on ? target.Widths.Nearest(width - target.Removed(width), width) : width;
        return new BlockBudget(
            patterns.Heads ? block.Heads - target.Removed(block.Heads) : block.Heads,
            Width(patterns.QueryKey, block.QueryKeyWidth),
            Width(patterns.ValueProjection, block.ValueWidth),
            Width(patterns.Mlp, block.MlpWidth));
    }

    private static IReadOnlyList<BlockBudget> AtShare(CutGoal target, StructurePatterns patterns, double share, bool fillMlp = true)
    {
        var (blocks, widths) = (target.Dense.Blocks, target.Widths);
        var budgets = new BlockBudget[blocks.Count];
        for (var i = 0; i < budgets.Length; i++)
        {
            budgets[i] = i > 0 && ReferenceEquals(blocks[i], blocks[i - 1]) ? budgets[i - 1] : AttentionAtShare(target, blocks[i], patterns, share);
        }

        if (!patterns.Mlp)
        {
            return budgets;
        }

        for (var i = 0; i < budgets.Length; i++)
        {
            budgets[i] = budgets[i] with { Mlp = widths.Least(blocks[i].MlpWidth) };
        }

        if (!fillMlp)
        {
            return budgets;
        }

        // Units cost the same in every block: what is left of the target buys a number of steps of them, spread in proportion.
        long d = target.Dense.Width;
        var price = widths.Multiple * (target.Measure == BudgetTarget.Flops ? 2 * d * target.Dense.Tokens : 2 * d + 1);
        var spare = Math.Max(0, (long)Math.Round((target.Wanted - target.Cost(budgets)) / price));
        long before = 0, capacity = blocks.Sum(block => (long)widths.Count(block.MlpWidth));
        spare = Math.Min(spare, capacity);
        for (var i = 0; i < budgets.Length; i++)
        {
            var after = before + widths.Count(blocks[i].MlpWidth);
            var steps = (int)(spare * after / Math.Max(1, capacity) - spare * before / Math.Max(1, capacity));
            budgets[i] = budgets[i] with { Mlp = widths.At(steps, blocks[i].MlpWidth) };
            before = after;
        }

        return budgets;
    }

    private static BlockBudget AttentionAtShare(CutGoal target, BlockShape block, StructurePatterns patterns, double share)
    {
        var columns = patterns.QueryKey || patterns.ValueProjection;
        var attention = Math.Pow(share, AttentionExponent);
        var heads = !patterns.Heads ? block.Heads
            : Math.Clamp((int)Math.Round(block.Heads * (columns ? Math.Pow(attention, HeadExponent) : attention)), 1, block.Heads);
        var inside = attention * block.Heads / heads;
        int Width(bool on, int width) => on ? target.Widths.Nearest(width * inside, width) : width;
        return new BlockBudget(heads, Width(patterns.QueryKey, block.QueryKeyWidth), Width(patterns.ValueProjection, block.ValueWidth), block.MlpWidth);
    }

    /// <summary>How far the MLP's share is from the wanted one.</summary>
    private static double Imbalance(ViTShape dense, IReadOnlyList<BlockBudget> budgets, double share) =>
        Math.Abs(budgets.Sum(budget => (double)budget.Mlp) / dense.Blocks.Sum(block => (double)block.MlpWidth) - share);

    /// <summary>Changes one width of one block by one step at a time, as long as that brings the target nearer and it is not met.</summary>
    private static IReadOnlyList<BlockBudget> Refined(CutGoal target, StructurePatterns patterns, IReadOnlyList<BlockBudget> start)
    {
        var budgets = start.ToArray();
        var error = target.Error(target.Cost(budgets));
        while (error > target.Aim)
        {
            (int Block, BlockBudget Budget, double Error)? best = null;
            for (var i = 0; i < budgets.Length; i++)
            {
                foreach (var candidate in Neighbours(budgets[i], target.Dense.Blocks[i], patterns, target.Widths))
                {
                    var kept = budgets[i];
                    budgets[i] = candidate;
                    var changed = target.Error(target.Cost(budgets));
                    budgets[i] = kept;
                    if (changed < (best?.Error ?? error))
                    {
                        best = (i, candidate, changed);
                    }
                }
            }

            if (best is not { } move)
            {
                break;
            }

            budgets[move.Block] = move.Budget;
            error = move.Error;
        }

        return budgets;
    }

    private static IEnumerable<BlockBudget> Neighbours(BlockBudget budget, BlockShape block, StructurePatterns patterns, WidthSteps widths)
    {
        foreach (var wider in new[] { false, true })
        {
            int Step(int width, int whole) => wider ? widths.Above(width, whole) : Math.Max(widths.Least(whole), widths.Below(width));
            if (patterns.Mlp && Step(budget.Mlp, block.MlpWidth) is var mlp && mlp != budget.Mlp)
            {
                yield return budget with { Mlp = mlp };
            }

            if (patterns.QueryKey && Step(budget.QueryKey, block.QueryKeyWidth) is var pairs && pairs != budget.QueryKey)
            {
                yield return budget with { QueryKey = pairs };
            }

            if (patterns.ValueProjection && Step(budget.Value, block.ValueWidth) is var channels && channels != budget.Value)
            {
                yield return budget with { Value = channels };
            }

            var heads = budget.Heads + (wider ? 1 : -1);
            if (patterns.Heads && heads >= 1 && heads <= block.Heads)
            {
                yield return budget with { Heads = heads };
            }
        }
    }
}
