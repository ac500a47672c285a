using Sweep.Engine.Numerics;
using Sweep.Models;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Cuts a net to a plan: an ordinary net of another shape whose function is that of the masked one (<see cref="PlanMask"/>). Kept rows and
/// columns are copied in order, so channels never change heads, and the attention scale stays that of the original width.
/// </summary>
public static class HardPruner
{
    /// <param name="net">Without gates, reading all of its inputs.</param>
    public static Net Prune(Net net, PruningPlan plan)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(plan);
        if (net.Layout.Gated || net.Inputs.Any(inputs => inputs != KeptInputs.All))
        {
            throw StageFaultException.InvalidRecipe("Surgery needs a dense net without gates: a net that is cut already cannot be cut again.");
        }

        if (plan.Blocks.Zip(plan.Before.Blocks).Any(pair =>
                pair.First.ProjectionInputs is not null && pair.First.Value.Sum(kept => kept.Count) < pair.Second.Heads * pair.Second.ValueWidth))
        {
            throw StageFaultException.InvalidRecipe("A plan may choose the projection's inputs only where it keeps all values.");
        }

        var layout = ParameterLayout.Of(plan.After);
        var inputs = plan.Blocks.Select(block => new KeptInputs(
            block.Heads.Count == 0 ? null : block.AttentionInputs,
            block.Heads.Count == 0 ? null : block.ProjectionInputs,
            block.Mlp.Count == 0 ? null : block.MlpInputs)).ToList();
        var cut = new Net(layout, new float[layout.Length], inputs);
        foreach (var entry in layout.Entries.Where(entry => net.Layout.Contains(entry.Name) && net.Layout[entry.Name].Length == entry.Length))
        {
            net[entry.Name].CopyTo(cut[entry.Name]);
        }

        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            CutAttention(net, cut, i, plan.Blocks[i], plan.Bias);
            CutMlp(net, cut, i, plan.Blocks[i], plan.Bias);
        }

        return cut;
    }

    private static void CutAttention(Net net, Net cut, int i, BlockPlan block, RemovedBias bias)
    {
        var (shape, d) = (net.Shape.Blocks[i], net.Shape.Width);
        var (before, resultWidth) = (new AttentionRows(shape), shape.Heads * shape.ValueWidth);
        ReadOnlySpan<float> weight = net[Name.QkvWeight(i)], biases = net[Name.QkvBias(i)], proj = net[Name.ProjWeight(i)];

        // Results of the kept channels, as columns of the projection before the cut.
        var results = block.Heads.SelectMany((head, k) => block.Value[k].Select(channel => before.Result(head, channel))).ToArray();
        var constant = net[Name.ProjBias(i)].ToArray();
        if (bias == RemovedBias.Fold)
        {
            var read = block.ProjectionInputs?.ToHashSet();
            foreach (var result in GroupMask.Missing(resultWidth, results).Where(result => read?.Contains(result) ?? true))
            {
                AddColumn(constant, proj, result, resultWidth, biases[2 * shape.Heads * shape.QueryKeyWidth + result]);
            }
        }

        if (block.Heads.Count == 0)
        {
            constant.CopyTo(cut[Name.AttentionConstant(i)]);
            return;
        }

        var queries = block.Heads.SelectMany((head, k) => block.QueryKey[k].Select(pair => before.Query(head, pair)));
        var keys = block.Heads.SelectMany((head, k) => block.QueryKey[k].Select(pair => before.Key(head, pair)));
        var values = block.Heads.SelectMany((head, k) => block.Value[k].Select(channel => before.Value(head, channel)));
        int[] rows = [.. queries, .. keys, .. values];
        CopyBlock(weight, d, rows, block.AttentionInputs ?? Range(d), cut[Name.QkvWeight(i)]);
        CopyBlock(biases, 1, rows, [0], cut[Name.QkvBias(i)]);
        CopyBlock(proj, resultWidth, Range(d), block.ProjectionInputs ?? results, cut[Name.ProjWeight(i)]);
        constant.CopyTo(cut[Name.ProjBias(i)]);
    }

    private static void CutMlp(Net net, Net cut, int i, BlockPlan block, RemovedBias bias)
    {
        var (d, m) = (net.Shape.Width, net.Shape.Blocks[i].MlpWidth);
        ReadOnlySpan<float> fc1 = net[Name.Fc1Weight(i)], biases = net[Name.Fc1Bias(i)], fc2 = net[Name.Fc2Weight(i)];
        var constant = net[Name.Fc2Bias(i)].ToArray();
        if (bias == RemovedBias.Fold)
        {
            foreach (var unit in GroupMask.Missing(m, block.Mlp))
            {
                AddColumn(constant, fc2, unit, m, Gelu.Of(biases[unit]));
            }
        }

        if (block.Mlp.Count == 0)
        {
            constant.CopyTo(cut[Name.MlpConstant(i)]);
            return;
        }

        CopyBlock(fc1, d, block.Mlp, block.MlpInputs ?? Range(d), cut[Name.Fc1Weight(i)]);
        CopyBlock(biases, 1, block.Mlp, [0], cut[Name.Fc1Bias(i)]);
        CopyBlock(fc2, m, Range(d), block.Mlp, cut[Name.Fc2Weight(i)]);
        constant.CopyTo(cut[Name.Fc2Bias(i)]);
    }

    private static void AddColumn(float[] target, ReadOnlySpan<float> weight, int column, int width, double factor)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += (float)(weight[i * width + column] * factor);
        }
    }

    private static void CopyBlock(ReadOnlySpan<float> source, int width, IReadOnlyList<int> rows, IReadOnlyList<int> columns, Span<float> target)
    {
        var next = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                target[next++] = source[row * width + column];
            }
        }
    }

    private static int[] Range(int count) => [.. Enumerable.Range(0, count)];
}
