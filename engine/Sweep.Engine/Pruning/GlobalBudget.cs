using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Keep counts for which all layers compete: groups go in the order of their score over the mean score of their kind in their layer, until
/// the target is met. Pairs and channels go from every head of a block at once, so heads stay equally wide, and widths go in whole steps;
/// the score of a step is the mean of its groups'. Where channels are counted, heads first, then each other
/// kind of what the kept heads have, lose ⌊rate · count⌋ over the whole net.
/// </summary>
public static class GlobalBudget
{
    private enum Kind
    {
        Head,
        Pair,
        Channel,
        Unit,
    }

    private readonly record struct Step(int Block, Kind Kind, double Score);

    /// <returns>One budget a block.</returns>
    /// <exception cref="Sweep.Models.StageFaultException">UnreachableSparsity; names the largest one reachable.</exception>
    public static IReadOnlyList<BlockBudget> Solve(
        CutTarget target, StructurePatterns patterns, IReadOnlyList<GroupScores> scores, HeadScores heads)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(heads);
        var steps = scores
            .SelectMany((block, i) => Steps(target.Widths, patterns, block, heads.OverMean(i), i))
            .OrderBy(step => step.Score)
            .ToList();
        var budgets = target.Dense.Blocks.Select(BlockBudget.Whole).ToArray();
        if (target.Measure == BudgetTarget.Channels)
        {
            RemoveCounts(target, steps, budgets);
            return budgets;
        }

        var cost = RemoveCost(target, steps, budgets);
        target.Require(cost, target.Cost([.. target.Dense.Blocks.Select(block => Least(target, patterns, block))]));
        return budgets;
    }

    private static long RemoveCost(CutTarget target, IEnumerable<Step> steps, BlockBudget[] budgets)
    {
        var cost = target.DenseCost;
        var (taken, coarse) = (new List<(Step Step, BlockBudget Before)>(), new List<Step>());
        foreach (var step in steps)
        {
            if (cost <= target.Wanted)
            {
                break;
            }

            if (After(target, budgets[step.Block], step.Kind) is not { } after)
            {
                continue;
            }

            var fewer = With(target, budgets, step.Block, after, cost);
            if (fewer < target.Wanted - target.Aim && target.Error(fewer) > (target.Widths.Multiple > 1 ? target.Error(cost) : 0))
            {
                coarse.Add(step); // too coarse this near to the target: finer ones finish
                continue;
            }

            taken.Add((step, budgets[step.Block]));
            (budgets[step.Block], cost) = (after, fewer);
        }

        if (target.Error(cost) > target.Slack && coarse.Count > 0 && After(target, budgets[coarse[0].Block], coarse[0].Kind) is { } cut)
        {
            cost = With(target, budgets, coarse[0].Block, cut, cost); // no finer one was left
            budgets[coarse[0].Block] = cut;
            cost = GiveBack(target, taken, budgets, cost);
        }

        return cost;
    }

    /// <summary>What a coarse step took too much, the latest finer ones give back.</summary>
    private static long GiveBack(CutTarget target, List<(Step Step, BlockBudget Before)> taken, BlockBudget[] budgets, long cost)
    {
        var closed = new HashSet<(int Block, Kind Kind)>();
        foreach (var (step, before) in Enumerable.Reverse(taken))
        {
            var (i, kind) = (step.Block, step.Kind);
            var wider = Resized(budgets[i], kind, Width(before, kind));
            var more = With(target, budgets, i, wider, cost);
            if (target.Error(cost) <= target.Aim || kind == Kind.Head || closed.Contains((i, kind)))
            {
                continue;
            }

            if (more == cost || target.Error(more) >= target.Error(cost))
            {
                closed.Add((i, kind));
                continue;
            }

            (budgets[i], cost) = (wider, more);
        }

        return cost;
    }

    private static long With(CutTarget target, BlockBudget[] budgets, int i, BlockBudget changed, long cost) =>
        cost - target.Cost(budgets[i].Shape(target.Dense.Blocks[i])) + target.Cost(changed.Shape(target.Dense.Blocks[i]));

    private static void RemoveCounts(CutTarget target, IReadOnlyList<Step> steps, BlockBudget[] budgets)
    {
        foreach (var kind in Enum.GetValues<Kind>())
        {
            var left = target.Removed(budgets.Sum(budget => Width(budget, kind)));
            foreach (var step in steps.Where(step => step.Kind == kind))
            {
                if (After(target, budgets[step.Block], kind) is { } after && Width(budgets[step.Block], kind) - Width(after, kind) is var gone && gone <= left)
                {
                    budgets[step.Block] = after;
                    left -= gone;
                }
            }
        }
    }

    /// <returns>Null where the block has no more of this kind to give.</returns>
    private static BlockBudget? After(CutTarget target, BlockBudget budget, Kind kind)
    {
        var width = kind == Kind.Head ? budget.Heads - 1 : target.Widths.Below(Width(budget, kind));
        var leaves = kind is Kind.Head or Kind.Unit && target.WholeBranches ? 0 : 1;
        return width < leaves || Width(budget, kind) == 0 ? null : Resized(budget, kind, width);
    }

    private static BlockBudget Resized(BlockBudget budget, Kind kind, int width) => kind switch
    {
        Kind.Head => budget with { Heads = width },
        Kind.Pair => budget with { QueryKey = width },
        Kind.Channel => budget with { Value = width },
        _ => budget with { Mlp = width },
    };

    private static int Width(BlockBudget budget, Kind kind) => kind switch
    {
        Kind.Head => budget.Heads,
        Kind.Pair => budget.Heads == 0 ? 0 : budget.QueryKey,
        Kind.Channel => budget.Heads == 0 ? 0 : budget.Value,
        _ => budget.Mlp,
    };

    private static BlockBudget Least(CutTarget target, StructurePatterns patterns, BlockShape block)
    {
        int Narrowest(bool on, int width) => on ? target.Widths.Least(width) : width;
        return new BlockBudget(
            !patterns.Heads ? block.Heads : target.WholeBranches ? 0 : 1,
            Narrowest(patterns.QueryKey, block.QueryKeyWidth),
            Narrowest(patterns.ValueProjection, block.ValueWidth),
            patterns.Mlp && target.WholeBranches ? 0 : Narrowest(patterns.Mlp, block.MlpWidth));
    }

    private static IEnumerable<Step> Steps(
        WidthSteps widths, StructurePatterns patterns, GroupScores block, IReadOnlyList<double> heads, int i)
    {
        IEnumerable<Step> Of(bool on, Kind kind, IEnumerable<double> scores) => on ? scores.Select(score => new Step(i, kind, score)) : [];
        return
        [
            .. Of(patterns.Heads, Kind.Head, heads),
            .. Of(patterns.QueryKey, Kind.Pair, Grouped(widths, OverMean(RankMeans(block.QueryKey)))),
            .. Of(patterns.ValueProjection, Kind.Channel, Grouped(widths, OverMean(RankMeans(block.Value)))),
            .. Of(patterns.Mlp, Kind.Unit, Grouped(widths, OverMean(block.Mlp))),
        ];
    }

    /// <summary>The mean score of each step, from the whole width down to 0.</summary>
    private static IEnumerable<double> Grouped(WidthSteps widths, double[] scores)
    {
        Array.Sort(scores);
        for (int width = scores.Length, below; width > 0; width = below)
        {
            below = widths.Below(width);
            yield return scores[(scores.Length - width)..(scores.Length - below)].Average();
        }
    }

    private static double[] OverMean(double[] scores)
    {
        var mean = scores.Length == 0 ? 1 : scores.Average();
        return [.. scores.Select(score => mean > 0 ? score / mean : 0)];
    }

    /// <summary>[rank]: mean over heads of each head's rank-th smallest score.</summary>
    private static double[] RankMeans(double[][] perHead)
    {
        var sorted = perHead.Select(scores => scores.Order().ToArray()).ToList();
        return sorted.Count == 0 ? [] : [.. Enumerable.Range(0, sorted[0].Length).Select(rank => sorted.Average(scores => scores[rank]))];
    }
}
