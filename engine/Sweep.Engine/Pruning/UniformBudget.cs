using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Keep counts under which each layer loses the same and the whole net meets a parameter target. Of each MLP a fraction t stays, of each
/// attention √t: per parameter attention matters more (VTP's gates find the same, and docs/LOG.md has the measurements). Of attention's
/// cut a part is whole heads and the rest columns inside heads, so all patterns share it; the MLP takes what rounding leaves. The paper's
/// own distribution over layers is not known. Exact integer arithmetic through <see cref="ViTCost"/>.
/// </summary>
public static class UniformBudget
{
    private const int GridPoints = 2_000;

    /// <summary>Attention keeps t to this power where the MLP keeps t.</summary>
    private const double AttentionExponent = 0.5;

    /// <summary>Heads keep attention's share to this power; columns inside them the rest.</summary>
    private const double HeadExponent = 0.25;

    /// <returns>One budget a block.</returns>
    /// <exception cref="StageFaultException">UnreachableSparsity; names the largest one reachable.</exception>
    public static IReadOnlyList<BlockBudget> Solve(ParameterTarget target, StructurePatterns patterns)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patterns);
        if (target.Sparsity == 0)
        {
            return [.. target.Dense.Blocks.Select(BlockBudget.Whole)];
        }

        IReadOnlyList<BlockBudget>? best = null;
        var bestRank = (Misses: true, Distance: double.PositiveInfinity);
        for (var i = 0; i <= GridPoints; i++)
        {
            var share = (double)i / GridPoints;
            var budgets = AtShare(target, patterns, share);
            var error = target.Error(Parameters(target.Dense, budgets));
            var rank = error > target.Slack / 4 ? (true, error) : (false, Imbalance(target.Dense, budgets, share));
            if (rank.CompareTo(bestRank) < 0)
            {
                (best, bestRank) = (budgets, rank);
            }
        }

        best = Refined(target, patterns, best!);
        target.Require(Parameters(target.Dense, best), Parameters(target.Dense, AtShare(target, patterns, 0, fillMlp: false)));
        return best;
    }

    public static long Parameters(ViTShape dense, IReadOnlyList<BlockBudget> budgets) =>
        ViTCost.Parameters(dense with { Blocks = [.. dense.Blocks.Zip(budgets, (block, budget) => budget.Shape(block))] });

    private static IReadOnlyList<BlockBudget> AtShare(ParameterTarget target, StructurePatterns patterns, double share, bool fillMlp = true)
    {
        var budgets = target.Dense.Blocks.Select(block => AttentionAtShare(block, patterns, share)).ToArray();
        if (!patterns.Mlp)
        {
            return budgets;
        }

        if (!fillMlp)
        {
            return [.. budgets.Select(budget => budget with { Mlp = 1 })];
        }

        // Units cost the same in every block: what is left of the target buys a number of them, spread in proportion.
        var bare = budgets.Select(budget => budget with { Mlp = 1 }).ToArray();
        var price = 2L * target.Dense.Width + 1;
        var spare = Math.Max(0, (long)Math.Round((target.Parameters - Parameters(target.Dense, bare)) / price));
        long before = 0, capacity = target.Dense.Blocks.Sum(block => block.MlpWidth - 1L);
        spare = Math.Min(spare, capacity);
        for (var i = 0; i < bare.Length; i++)
        {
            var after = before + target.Dense.Blocks[i].MlpWidth - 1L;
            bare[i] = bare[i] with { Mlp = 1 + (int)(spare * after / Math.Max(1, capacity) - spare * before / Math.Max(1, capacity)) };
            before = after;
        }

        return bare;
    }

    private static BlockBudget AttentionAtShare(BlockShape block, StructurePatterns patterns, double share)
    {
        var columns = patterns.QueryKey || patterns.ValueProjection;
        var attention = Math.Pow(share, AttentionExponent);
        var heads = !patterns.Heads ? block.Heads
            : Math.Clamp((int)Math.Round(block.Heads * (columns ? Math.Pow(attention, HeadExponent) : attention)), 1, block.Heads);
        var inside = attention * block.Heads / heads;
        int Width(bool on, int width) => on ? Math.Clamp((int)Math.Round(width * inside), 1, width) : width;
        return new BlockBudget(heads, Width(patterns.QueryKey, block.QueryKeyWidth), Width(patterns.ValueProjection, block.ValueWidth), block.MlpWidth);
    }

    /// <summary>How far the MLP's share is from the wanted one.</summary>
    private static double Imbalance(ViTShape dense, IReadOnlyList<BlockBudget> budgets, double share) =>
        Math.Abs(budgets.Sum(budget => (double)budget.Mlp) / dense.Blocks.Sum(block => (double)block.MlpWidth) - share);

    /// <summary>Changes one width of one block by one at a time, as long as that brings the target nearer and it is not met.</summary>
    private static IReadOnlyList<BlockBudget> Refined(ParameterTarget target, StructurePatterns patterns, IReadOnlyList<BlockBudget> start)
    {
        var budgets = start.ToArray();
        var error = target.Error(Parameters(target.Dense, budgets));
        while (error > target.Slack)
        {
            (int Block, BlockBudget Budget, double Error)? best = null;
            for (var i = 0; i < budgets.Length; i++)
            {
                foreach (var candidate in Neighbours(budgets[i], target.Dense.Blocks[i], patterns))
                {
                    var kept = budgets[i];
                    budgets[i] = candidate;
                    var changed = target.Error(Parameters(target.Dense, budgets));
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

    private static IEnumerable<BlockBudget> Neighbours(BlockBudget budget, BlockShape block, StructurePatterns patterns)
    {
        foreach (var step in new[] { -1, 1 })
        {
            if (patterns.Mlp && InRange(budget.Mlp + step, block.MlpWidth))
            {
                yield return budget with { Mlp = budget.Mlp + step };
            }

            if (patterns.QueryKey && InRange(budget.QueryKey + step, block.QueryKeyWidth))
            {
                yield return budget with { QueryKey = budget.QueryKey + step };
            }

            if (patterns.ValueProjection && InRange(budget.Value + step, block.ValueWidth))
            {
                yield return budget with { Value = budget.Value + step };
            }

            if (patterns.Heads && InRange(budget.Heads + step, block.Heads))
            {
                yield return budget with { Heads = budget.Heads + step };
            }
        }
    }

    private static bool InRange(int value, int most) => value >= 1 && value <= most;
}
