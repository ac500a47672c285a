using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// The dense net that a plan means: of the shape before the cut, with zeros where the plan removes. Surgery must preserve its function.
/// </summary>
public static class PlanMask
{
    public static Net Apply(Net net, PruningPlan plan)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(plan);
        var masked = net.Clone();
        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            var (shape, block) = (net.Shape.Blocks[i], plan.Blocks[i]);
            MaskAttention(masked, i, shape, block, plan.Bias);
            MaskMlp(masked, i, shape, block, plan.Bias);
        }

        return masked;
    }

    private static void MaskAttention(Net net, int i, BlockShape shape, BlockPlan block, RemovedBias bias)
    {
        var (d, rows) = (net.Shape.Width, new AttentionRows(shape));
        Span<float> weight = net[Name.QkvWeight(i)], biases = net[Name.QkvBias(i)], proj = net[Name.ProjWeight(i)];
        for (var h = 0; h < shape.Heads; h++)
        {
            var k = block.Heads.ToList().IndexOf(h);
            foreach (var pair in GroupMask.Missing(shape.QueryKeyWidth, k < 0 ? [] : block.QueryKey[k]))
            {
                ZeroRow(weight, rows.Query(h, pair), d);
                ZeroRow(weight, rows.Key(h, pair), d);
                biases[rows.Query(h, pair)] = 0;
                biases[rows.Key(h, pair)] = 0;
            }

            foreach (var channel in GroupMask.Missing(shape.ValueWidth, k < 0 ? [] : block.Value[k]))
            {
                ZeroRow(weight, rows.Value(h, channel), d);
                if (bias == RemovedBias.Drop)
                {
                    ZeroColumn(proj, rows.Result(h, channel), shape.Heads * shape.ValueWidth);
                }
            }
        }

        ZeroMissingColumns(weight, d, block.AttentionInputs);
        ZeroMissingColumns(proj, shape.Heads * shape.ValueWidth, block.ProjectionInputs);
    }

    private static void MaskMlp(Net net, int i, BlockShape shape, BlockPlan block, RemovedBias bias)
    {
        Span<float> fc1 = net[Name.Fc1Weight(i)], fc2 = net[Name.Fc2Weight(i)];
        foreach (var unit in GroupMask.Missing(shape.MlpWidth, block.Mlp))
        {
            ZeroRow(fc1, unit, net.Shape.Width);
            if (bias == RemovedBias.Drop)
            {
                ZeroColumn(fc2, unit, shape.MlpWidth);
            }
        }

        ZeroMissingColumns(fc1, net.Shape.Width, block.MlpInputs);
    }

    private static void ZeroRow(Span<float> weight, int row, int width) => weight.Slice(row * width, width).Clear();

    private static void ZeroColumn(Span<float> weight, int column, int width)
    {
        for (var i = column; i < weight.Length; i += width)
        {
            weight[i] = 0;
        }
    }

    private static void ZeroMissingColumns(Span<float> weight, int width, IReadOnlyList<int>? kept)
    {
        foreach (var column in kept is null ? [] : GroupMask.Missing(width, kept))
        {
            ZeroColumn(weight, column, width);
        }
    }
}
