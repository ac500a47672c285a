using Sweep.Models;

namespace Sweep.Engine.Pruning;

/// <summary>A 0/1 vector over a net's parameters, set group by group (the coupled groups of METHODS 1.3, biases included).</summary>
public sealed class GroupMask(ParameterLayout layout)
{
    /// <summary>At the layout's offsets.</summary>
    public float[] Values { get; } = new float[layout.Length];

    /// <summary>Row j of W_q and of W_k of one head, with biases.</summary>
    public void SetPair(int block, int head, int pair)
    {
        var rows = new AttentionRows(layout.Shape.Blocks[block]);
        SetAttentionRow(block, rows.Query(head, pair));
        SetAttentionRow(block, rows.Key(head, pair));
    }

    /// <summary>Row j of W_v of one head with its bias, and its column of the projection.</summary>
    public void SetChannel(int block, int head, int channel)
    {
        var rows = new AttentionRows(layout.Shape.Blocks[block]);
        SetAttentionRow(block, rows.Value(head, channel));
        SetColumn(Name.ProjWeight(block), rows.Result(head, channel));
    }

    public void SetHead(int block, int head)
    {
        var shape = layout.Shape.Blocks[block];
        for (var j = 0; j < shape.QueryKeyWidth; j++)
        {
            SetPair(block, head, j);
        }

        for (var j = 0; j < shape.ValueWidth; j++)
        {
            SetChannel(block, head, j);
        }
    }

    /// <summary>Row j of fc1 with its bias, and its column of fc2.</summary>
    public void SetUnit(int block, int unit)
    {
        SetRow(Name.Fc1Weight(block), unit);
        Values[layout[Name.Fc1Bias(block)].Offset + unit] = 1;
        SetColumn(Name.Fc2Weight(block), unit);
    }

    /// <summary>1 wherever a plan removes a group.</summary>
    public static GroupMask Removed(ParameterLayout layout, PruningPlan plan)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(plan);
        var mask = new GroupMask(layout);
        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            var (shape, block) = (layout.Shape.Blocks[i], plan.Blocks[i]);
            foreach (var head in Missing(shape.Heads, block.Heads))
            {
                mask.SetHead(i, head);
            }

            for (var k = 0; k < block.Heads.Count; k++)
            {
                foreach (var pair in Missing(shape.QueryKeyWidth, block.QueryKey[k]))
                {
                    mask.SetPair(i, block.Heads[k], pair);
                }

                foreach (var channel in Missing(shape.ValueWidth, block.Value[k]))
                {
                    mask.SetChannel(i, block.Heads[k], channel);
                }
            }

            foreach (var unit in Missing(shape.MlpWidth, block.Mlp))
            {
                mask.SetUnit(i, unit);
            }
        }

        return mask;
    }

    /// <summary>The numbers below <paramref name="count"/> that are not kept.</summary>
    internal static IEnumerable<int> Missing(int count, IReadOnlyList<int> kept)
    {
        var set = kept.ToHashSet();
        return Enumerable.Range(0, count).Where(i => !set.Contains(i));
    }

    private void SetAttentionRow(int block, int row)
    {
        SetRow(Name.QkvWeight(block), row);
        Values[layout[Name.QkvBias(block)].Offset + row] = 1;
    }

    private void SetRow(string name, int row)
    {
        var entry = layout[name];
        var width = (int)entry.Shape[1];
        Values.AsSpan(entry.Offset + row * width, width).Fill(1);
    }

    private void SetColumn(string name, int column)
    {
        var entry = layout[name];
        for (var i = entry.Offset + column; i < entry.End; i += (int)entry.Shape[1])
        {
            Values[i] = 1;
        }
    }
}
