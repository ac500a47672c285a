using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// VTP's plan (arXiv 2104.08500; METHODS 2.1): the gates of the whole net sorted by |a|, one threshold for all. The paper gives a rate of
/// gates; here the number of removed gates is the one whose plan comes nearest to the wanted parameters.
/// </summary>
public static class GatePlanner
{
    /// <summary>Fewest gates that stay at each site: below this a branch starves. METHODS 2.1, "practical: 8".</summary>
    public const int Floor = 8;

    private enum Site
    {
        AttentionInput,
        AttentionResult,
        MlpInput,
        MlpHidden,
    }

    private readonly record struct Gate(int Block, Site Site, int Channel, float Size);

    /// <param name="net">With gates.</param>
    /// <param name="target">Of the net without gates.</param>
    /// <returns>The plan, and how many times the floor kept a gate below the threshold.</returns>
    public static (PruningPlan Plan, int FloorBound) Plan(Net net, ParameterTarget target)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(target);
        if (!net.Layout.Gated)
        {
            throw StageFaultException.InvalidRecipe("VTP's plan needs a net with gates: its parent must be a SparseTrain stage, but has none.");
        }

        var shape = net.Shape;
        var kept = shape.Blocks.Select(block => new int[] { shape.Width, block.Heads * block.ValueWidth, shape.Width, block.MlpWidth }).ToArray();
        var removed = shape.Blocks.Select(_ => new HashSet<int>[] { [], [], [], [] }).ToArray();
        var blocks = shape.Blocks.ToArray();
        var parameters = target.DenseParameters;
        var bound = 0;
        foreach (var gate in Gates(net).OrderBy(gate => gate.Size).ThenBy(gate => gate.Block).ThenBy(gate => gate.Site).ThenBy(gate => gate.Channel))
        {
            if (parameters <= target.Parameters)
            {
                break;
            }

            var site = (int)gate.Site;
            if (kept[gate.Block][site] <= Floor)
            {
                bound++;
                continue;
            }

            kept[gate.Block][site]--;
            var narrower = Narrowed(shape.Blocks[gate.Block], shape.Width, kept[gate.Block]);
            var fewer = parameters - ViTCost.Parameters(blocks[gate.Block], shape.Width) + ViTCost.Parameters(narrower, shape.Width);
            if (target.Error(fewer) > target.Error(parameters))
            {
                break; // this gate would lead away from the target
            }

            removed[gate.Block][site].Add(gate.Channel);
            blocks[gate.Block] = narrower;
            parameters = fewer;
        }

        var fewest = shape with { Blocks = [.. shape.Blocks.Select(block => AtFloor(block, shape.Width))] };
        target.Require(parameters, ViTCost.Parameters(fewest));
        var plan = new PruningPlan
        {
            Before = shape,
            Bias = RemovedBias.Drop,
            Blocks = [.. shape.Blocks.Select((block, i) => Plan(block, shape.Width, removed[i]))],
        };
        return (plan, bound);
    }

    private static IEnumerable<Gate> Gates(Net net)
    {
        for (var i = 0; i < net.Shape.Blocks.Count; i++)
        {
            string[] names = [Name.AttentionInputGate(i), Name.AttentionResultGate(i), Name.MlpInputGate(i), Name.MlpHiddenGate(i)];
            for (var site = 0; site < names.Length; site++)
            {
                var values = net[names[site]].ToArray();
                for (var channel = 0; channel < values.Length; channel++)
                {
                    yield return new Gate(i, (Site)site, channel, Math.Abs(values[channel]));
                }
            }
        }
    }

    private static BlockShape AtFloor(BlockShape block, int width) => Narrowed(block, width,
        [Math.Min(Floor, width), Math.Min(Floor, block.Heads * block.ValueWidth), Math.Min(Floor, width), Math.Min(Floor, block.MlpWidth)]);

    private static BlockShape Narrowed(BlockShape block, int width, int[] kept) => block with
    {
        AttentionInputs = kept[0] < width ? kept[0] : null,
        ProjectionInputs = kept[1] < block.Heads * block.ValueWidth ? kept[1] : null,
        MlpInputs = kept[2] < width ? kept[2] : null,
        MlpWidth = kept[3],
    };

    private static BlockPlan Plan(BlockShape block, int width, HashSet<int>[] removed) => BlockPlan.Whole(block) with
    {
        AttentionInputs = Kept(width, removed[0]),
        ProjectionInputs = Kept(block.Heads * block.ValueWidth, removed[1]),
        MlpInputs = Kept(width, removed[2]),
        Mlp = Kept(block.MlpWidth, removed[3]) ?? [.. Enumerable.Range(0, block.MlpWidth)],
    };

    /// <returns>Null when nothing goes.</returns>
    private static int[]? Kept(int count, HashSet<int> removed) =>
        removed.Count == 0 ? null : [.. Enumerable.Range(0, count).Where(channel => !removed.Contains(channel))];
}
