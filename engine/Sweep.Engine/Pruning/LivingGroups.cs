using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Which heads and MLP units of S²ViTE live, what that masks, and one exchange of the least for the most promising.</summary>
public static class LivingGroups
{
    /// <summary>The budgets' numbers of heads and units, drawn at random in each layer.</summary>
    public static PruningPlan Draw(ViTShape shape, IReadOnlyList<BlockBudget> budgets, long seed) => Plan(
        shape,
        [.. budgets.Select((budget, i) => (IReadOnlyList<int>)new SeededRandom(seed, "living heads", i).Draw(shape.Blocks[i].Heads, budget.Heads))],
        [.. budgets.Select((budget, i) => (IReadOnlyList<int>)new SeededRandom(seed, "living units", i).Draw(shape.Blocks[i].MlpWidth, budget.Mlp))]);

    /// <param name="shape">Of the net that trains.</param>
    /// <param name="heads">[block], in any order.</param>
    /// <param name="units">[block], in any order.</param>
    public static PruningPlan Plan(ViTShape shape, IReadOnlyList<IReadOnlyList<int>> heads, IReadOnlyList<IReadOnlyList<int>> units) => new()
    {
        Before = shape,
        Bias = RemovedBias.Fold,
        Blocks = [.. shape.Blocks.Select((block, i) => BlockPlan.Whole(block) with
        {
            Heads = [.. heads[i].Order()],
            QueryKey = [.. heads[i].Select(_ => BlockPlan.Whole(block).QueryKey[0])],
            Value = [.. heads[i].Select(_ => BlockPlan.Whole(block).Value[0])],
            Mlp = [.. units[i].Order()],
        })],
    };

    /// <summary>
    /// What sleeps where heads and units do not live, as the paper masks: the rows of W_q, W_k and W_v, the rows of fc1 and the columns of
    /// fc2. The projection and all biases stay awake: a dead head goes on adding its value bias, which <see cref="RemovedBias.Fold"/> folds.
    /// </summary>
    /// <returns>At the layout's offsets, 1 where a weight is awake, else 0.</returns>
    public static float[] Kept(ParameterLayout layout, PruningPlan plan)
    {
        var kept = new float[layout.Length];
        kept.AsSpan().Fill(1);
        for (var i = 0; i < plan.Blocks.Count; i++)
        {
            var (shape, block) = (layout.Shape.Blocks[i], plan.Blocks[i]);
            var rows = new AttentionRows(shape);
            foreach (var head in GroupMask.Missing(shape.Heads, block.Heads))
            {
                var weight = layout[Name.QkvWeight(i)];
                for (var j = 0; j < shape.QueryKeyWidth; j++)
                {
                    ClearRow(kept, weight, rows.Query(head, j));
                    ClearRow(kept, weight, rows.Key(head, j));
                }

                for (var j = 0; j < shape.ValueWidth; j++)
                {
                    ClearRow(kept, weight, rows.Value(head, j));
                }
            }

            foreach (var unit in GroupMask.Missing(shape.MlpWidth, block.Mlp))
            {
                ClearRow(kept, layout[Name.Fc1Weight(i)], unit);
                var fc2 = layout[Name.Fc2Weight(i)];
                for (var at = fc2.Offset + unit; at < fc2.End; at += shape.MlpWidth)
                {
                    kept[at] = 0;
                }
            }
        }

        return kept;
    }

    /// <summary>
    /// ⌈rate · living⌉ die, those of smallest <paramref name="worth"/>; then as many of all dead grow, those of largest
    /// <paramref name="promise"/>. What has just died may grow again at once, as in the authors' program, so the number of the living never
    /// changes whatever the rate. Equal scores: the lower number comes first.
    /// </summary>
    public static IReadOnlyList<int> Exchange(IReadOnlyList<int> living, double rate, double[] worth, double[] promise)
    {
        var count = (int)Math.Ceiling(rate * living.Count);
        var dying = living.OrderBy(group => worth[group]).ThenBy(group => group).Take(count).ToHashSet();
        var surviving = living.Where(group => !dying.Contains(group)).ToList();
        var growing = GroupMask.Missing(worth.Length, surviving).OrderByDescending(group => promise[group]).ThenBy(group => group).Take(count);
        return [.. surviving.Concat(growing).Order()];
    }

    /// <summary>‖fc1 row‖₁ + ‖fc2 column‖₁ of each unit, of weights or of their gradient: [unit].</summary>
    public static double[] UnitNorms(Net values, int block)
    {
        var (d, m) = (values.Shape.Width, values.Shape.Blocks[block].MlpWidth);
        var norms = new double[m];
        if (m == 0)
        {
            return norms;
        }

        ReadOnlySpan<float> fc1 = values[Name.Fc1Weight(block)], fc2 = values[Name.Fc2Weight(block)];
        for (var unit = 0; unit < m; unit++)
        {
            for (var j = 0; j < d; j++)
            {
                norms[unit] += Math.Abs((double)fc1[unit * d + j]) + Math.Abs((double)fc2[j * m + unit]);
            }
        }

        return norms;
    }

    private static void ClearRow(float[] kept, ParameterEntry entry, int row)
    {
        var width = (int)entry.Shape[1];
        kept.AsSpan(entry.Offset + row * width, width).Clear();
    }
}
