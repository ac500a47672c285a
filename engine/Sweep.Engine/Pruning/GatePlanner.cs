using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// VTP's plan (arXiv 2104.08500; METHODS 2.1): the gates of the whole net sorted by |a|, one threshold for all. The paper gives a rate of
/// gates, which is a target of channels here: k = ⌊rate · gates⌋ lie below the threshold. For a target of parameters or Flops k is the one
/// whose plan comes nearest. Scope per layer compares a gate's rank inside its block instead, so each block loses the same fraction. With
/// widths in steps of n a site loses n gates at once, when the largest of them is below the threshold.
/// </summary>
public static class GatePlanner
{
    /// <summary>Fewest gates that stay at each site: below this a branch starves. METHODS 2.1, "practical: 8".</summary>
    public const int Floor = CutGoal.LeastGates;

    private enum Site
    {
        AttentionInput,
        AttentionResult,
        MlpInput,
        MlpHidden,
    }

    /// <param name="Block">From 0.</param>
    /// <param name="Site">Of the block.</param>
    /// <param name="Channel">At the site.</param>
    /// <param name="Size">|a|, or its rank in the block where the scope is per layer.</param>
    private readonly record struct Gate(int Block, Site Site, int Channel, double Size);

    /// <param name="net">With gates.</param>
    /// <param name="target">Of the net without gates.</param>
    /// <returns>The plan, and how many gates below the threshold the floor kept.</returns>
    public static (PruningPlan Plan, int FloorBound) Plan(Net net, CutTarget target)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(target);
        if (!net.Layout.Gated)
        {
            throw StageFaultException.InvalidRecipe("VTP's plan needs a net with gates: its parent must be a SparseTrain stage, but has none.");
        }

        var shape = net.Shape;
        var kept = shape.Blocks.Select(block => Sites(block, shape.Width)).ToArray();
        var removed = shape.Blocks.Select(_ => new HashSet<int>[] { [], [], [], [] }).ToArray();
        var blocks = shape.Blocks.ToArray();
        var gates = Gates(net, target.Scope).ToList();
        var below = target.Removed(gates.Count); // of the threshold, where channels are counted
        var cost = target.DenseCost;
        var bound = 0;
        foreach (var step in Steps(gates, target.Widths))
        {
            var gate = step[^1];
            var (i, site) = (gate.Block, (int)gate.Site);
            if (target.Measure == BudgetTarget.Channels ? step.Count > below : cost <= target.Wanted)
            {
                break;
            }

            below -= step.Count;
            if (kept[i][site] - step.Count < Floor)
            {
                bound += step.Count;
                continue;
            }

            kept[i][site] -= step.Count;
            var narrower = Narrowed(shape.Blocks[i], shape.Width, kept[i]);
            var fewer = cost - target.Cost(blocks[i]) + target.Cost(narrower);
            if (target.Measure != BudgetTarget.Channels && target.Error(fewer) > target.Error(cost))
            {
                break; // this step would lead away from the target
            }

            removed[i][site].UnionWith(step.Select(one => one.Channel));
            blocks[i] = narrower;
            cost = fewer;
        }

        target.Require(cost, target.Cost(shape with { Blocks = [.. shape.Blocks.Select(block => AtFloor(block, shape.Width, target.Widths))] }));
        var plan = new PruningPlan
        {
            Before = shape,
            Bias = RemovedBias.Drop,
            Blocks = [.. shape.Blocks.Select((block, i) => Plan(block, shape.Width, removed[i]))],
        };
        return (plan, bound);
    }

    private static IEnumerable<Gate> Gates(Net net, PruningScope scope)
    {
        for (var i = 0; i < net.Shape.Blocks.Count; i++)
        {
            var gates = Gates(net, i);
            foreach (var gate in scope == PruningScope.Global
                         ? gates
                         : gates.OrderBy(gate => gate.Size).Select((gate, rank) => gate with { Size = (double)rank / gates.Count }))
            {
                yield return gate;
            }
        }
    }

    private static List<Gate> Gates(Net net, int block)
    {
        var gates = new List<Gate>();
        string[] names = [Name.AttentionInputGate(block), Name.AttentionResultGate(block), Name.MlpInputGate(block), Name.MlpHiddenGate(block)];
        for (var site = 0; site < names.Length; site++)
        {
            var values = net[names[site]];
            for (var channel = 0; channel < values.Length; channel++)
            {
                gates.Add(new Gate(block, (Site)site, channel, Math.Abs(values[channel])));
            }
        }

        return gates;
    }

    /// <summary>What goes together, in the order in which it goes. The last gate of a step is its largest.</summary>
    private static IEnumerable<IReadOnlyList<Gate>> Steps(IEnumerable<Gate> gates, WidthSteps widths) => gates
        .GroupBy(gate => (gate.Block, gate.Site))
        .SelectMany(site => Steps([.. site.OrderBy(gate => gate.Size).ThenBy(gate => gate.Channel)], widths))
        .OrderBy(step => step[^1].Size).ThenBy(step => step[^1].Block).ThenBy(step => step[^1].Site).ThenBy(step => step[^1].Channel);

    private static IEnumerable<IReadOnlyList<Gate>> Steps(Gate[] site, WidthSteps widths)
    {
        for (int width = site.Length, below; width > 0; width = below)
        {
            below = widths.Below(width);
            yield return site[(site.Length - width)..(site.Length - below)];
        }
    }

    private static int[] Sites(BlockShape block, int width) => [width, block.Heads * block.ValueWidth, width, block.MlpWidth];

    private static BlockShape AtFloor(BlockShape block, int width, WidthSteps widths) =>
        Narrowed(block, width, Array.ConvertAll(Sites(block, width), site => AtFloor(site, widths)));

    private static int AtFloor(int site, WidthSteps widths)
    {
        while (widths.Below(site) >= Floor)
        {
            site = widths.Below(site);
        }

        return site;
    }

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
