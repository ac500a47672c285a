using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Plans by group norms (SOMP, METHODS 3.1, and the projection of GOHSP's ADMM).</summary>
public static class MagnitudePlanner
{
    /// <summary>
    /// The Euclidean projection onto the budgets: the heads that come first in <paramref name="heads"/>, and of the groups inside them
    /// those of largest norm. Equal norms: the lower channel number stays.
    /// </summary>
    public static PruningPlan WithBudgets(Net net, IReadOnlyList<BlockBudget> budgets, HeadScores heads)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentNullException.ThrowIfNull(heads);
        var scores = GroupScores.Of(net);
        return new PruningPlan
        {
            Before = net.Shape,
            Bias = RemovedBias.Fold,
            Blocks = [.. budgets.Select((budget, i) => Plan(scores[i], budget, heads.KeepOrder(i)))],
        };
    }

    /// <summary>
    /// All layers compete: groups go in the order of their norm over the mean norm of their kind in their layer, until the target is met.
    /// Pairs and channels go one from every head of a block at once, so heads stay equally wide.
    /// </summary>
    public static PruningPlan Global(Net net, ParameterTarget target, StructurePatterns patterns)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(target);
        var scores = GroupScores.Of(net);
        var budgets = net.Shape.Blocks.Select(BlockBudget.Whole).ToArray();
        var parameters = target.DenseParameters;
        foreach (var (i, _, removed) in scores.SelectMany((block, i) => Candidates(block, i, patterns)).OrderBy(candidate => candidate.Score))
        {
            var before = budgets[i];
            var after = removed(before);
            if (parameters <= target.Parameters || Math.Min(Math.Min(after.Heads, after.QueryKey), Math.Min(after.Value, after.Mlp)) < 1)
            {
                continue;
            }

            budgets[i] = after;
            var fewer = UniformBudget.Parameters(net.Shape, budgets);
            if (fewer < target.Parameters - target.Slack)
            {
                budgets[i] = before; // too coarse a group this near to the target: finer ones finish
            }
            else
            {
                parameters = fewer;
            }
        }

        var floor = net.Shape.Blocks.Select(block => new BlockBudget(
            patterns.Heads ? 1 : block.Heads,
            patterns.QueryKey ? 1 : block.QueryKeyWidth,
            patterns.ValueProjection ? 1 : block.ValueWidth,
            patterns.Mlp ? 1 : block.MlpWidth)).ToList();
        target.Require(parameters, UniformBudget.Parameters(net.Shape, floor));
        return WithBudgets(net, budgets, HeadScores.ByMagnitude(net));
    }

    private static IEnumerable<(int Block, double Score, Func<BlockBudget, BlockBudget> Removed)> Candidates(
        GroupScores block, int i, StructurePatterns patterns)
    {
        if (patterns.Heads)
        {
            foreach (var score in OverMean(block.Heads))
            {
                yield return (i, score, budget => budget with { Heads = budget.Heads - 1 });
            }
        }

        if (patterns.QueryKey)
        {
            foreach (var score in OverMean(RankMeans(block.QueryKey)))
            {
                yield return (i, score, budget => budget with { QueryKey = budget.QueryKey - 1 });
            }
        }

        if (patterns.ValueProjection)
        {
            foreach (var score in OverMean(RankMeans(block.Value)))
            {
                yield return (i, score, budget => budget with { Value = budget.Value - 1 });
            }
        }

        if (patterns.Mlp)
        {
            foreach (var score in OverMean(block.Mlp))
            {
                yield return (i, score, budget => budget with { Mlp = budget.Mlp - 1 });
            }
        }
    }

    private static IEnumerable<double> OverMean(double[] norms)
    {
        var mean = norms.Length == 0 ? 1 : norms.Average();
        return norms.Select(norm => mean > 0 ? norm / mean : 0);
    }

    /// <summary>[rank]: mean over heads of each head's rank-th smallest norm.</summary>
    private static double[] RankMeans(double[][] perHead)
    {
        var sorted = perHead.Select(norms => norms.Order().ToArray()).ToList();
        return sorted.Count == 0 ? [] : [.. Enumerable.Range(0, sorted[0].Length).Select(rank => sorted.Average(norms => norms[rank]))];
    }

    private static BlockPlan Plan(GroupScores scores, BlockBudget budget, IReadOnlyList<int> keepOrder)
    {
        int[] heads = [.. keepOrder.Take(budget.Heads).Order()];
        return new BlockPlan
        {
            Heads = heads,
            QueryKey = [.. heads.Select(head => Largest(scores.QueryKey[head], budget.QueryKey))],
            Value = [.. heads.Select(head => Largest(scores.Value[head], budget.Value))],
            Mlp = Largest(scores.Mlp, budget.Mlp),
        };
    }

    private static int[] Largest(double[] norms, int count) =>
        [.. Enumerable.Range(0, norms.Length).OrderByDescending(i => norms[i]).ThenBy(i => i).Take(count).Order()];
}
