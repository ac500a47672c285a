using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>What a gradual schedule masks at a given sparsity, and how that is written.</summary>
public interface IGradualChoice
{
    /// <summary>Fraction of the net's parameters that the newest choice masks.</summary>
    double Sparsity { get; }

    /// <param name="net">Sleeping weights with the values they can wake with.</param>
    /// <param name="sparsity">s_t.</param>
    void Choose(Net net, double sparsity);

    /// <summary>The newest choice at the layout's offsets, 1 where a weight is awake, else 0.</summary>
    float[] Kept();

    StoredTensor Save(string name);

    void Load(StoredTensor saved);

    /// <summary>Writes what the last choice keeps into an artifact.</summary>
    void Write(string folder);
}

/// <summary>
/// SGMP: groups by their norms. How much each layer loses at the end comes from the budget, and at s_t a layer has lost the part s_t/s_f of
/// it, rounded down in whole heads, channels and units (METHODS 3.2: heads are integers). With global scope the end is
/// planned anew from the present norms at each update.
/// </summary>
public sealed class GradualGroups : IGradualChoice
{
    private readonly ParameterLayout _layout;
    private readonly double _finalSparsity;
    private readonly Func<Net, IReadOnlyList<BlockBudget>> _finalBudgets;

    /// <param name="layout">Of the net that trains.</param>
    /// <param name="finalSparsity">s_f.</param>
    /// <param name="budget">What the plan says it was made to reach.</param>
    /// <param name="finalBudgets">What stays at s_f, of the net at an update.</param>
    public GradualGroups(
        ParameterLayout layout, double finalSparsity, PruningBudget? budget, Func<Net, IReadOnlyList<BlockBudget>> finalBudgets)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
        _finalSparsity = finalSparsity;
        _finalBudgets = finalBudgets;
        Plan = PruningPlan.Whole(layout.Shape) with { Budget = budget };
    }

    public PruningPlan Plan { get; private set; }

    public double Sparsity => ViTCost.Sparsity(_layout.Shape, Plan.After);

    public void Choose(Net net, double sparsity)
    {
        var share = _finalSparsity > 0 ? sparsity / _finalSparsity : 0;
        var budgets = _finalBudgets(net).Zip(_layout.Shape.Blocks, (final, block) => PartWay(BlockBudget.Whole(block), final, share));
        var scores = GroupScores.Of(net);
        Plan = GroupPlanner.WithBudgets(_layout.Shape, [.. budgets], scores, HeadScores.Of(scores)) with { Budget = Plan.Budget };
    }

    public float[] Kept() => Array.ConvertAll(GroupMask.Removed(_layout, Plan).Values, removed => 1 - removed);

    public StoredTensor Save(string name) => StoredPlan.Of(name, Plan);

    public void Load(StoredTensor saved) => Plan = StoredPlan.Read(saved, _layout.Shape);

    public void Write(string folder) => AtomicFolder.WriteJson(Path.Combine(folder, PruningPlan.File), Plan);

    private static BlockBudget PartWay(BlockBudget whole, BlockBudget final, double share)
    {
        int Left(int before, int after) => before - (int)Math.Floor((before - after) * share + 1e-9);
        return new BlockBudget(
            Left(whole.Heads, final.Heads), Left(whole.QueryKey, final.QueryKey), Left(whole.Value, final.Value), Left(whole.Mlp, final.Mlp));
    }
}

/// <summary>GMP: single weights by their magnitudes.</summary>
public sealed class GradualWeights(ParameterLayout layout, PruningScope scope) : IGradualChoice
{
    public WeightMask Mask { get; private set; } = WeightMask.Whole(layout);

    public double Sparsity => Mask.Sparsity;

    public void Choose(Net net, double sparsity) => Mask = UnstructuredPruner.Plan(net, sparsity, scope);

    public float[] Kept() => [.. Mask.Kept.Select(kept => (float)kept)];

    public StoredTensor Save(string name) => StoredTensor.Of(name, Mask.Kept.ToArray(), layout.Length);

    public void Load(StoredTensor saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        var kept = saved.Octets();
        Mask = kept.Length == layout.Length && Array.TrueForAll(kept, value => value <= 1)
            ? new WeightMask(layout, kept)
            : throw new InvalidDataException(FormattableString.Invariant($"Tensor '{saved.Name}' must be {layout.Length} octets of 0 or 1, but has {kept.Length}."));
    }

    public void Write(string folder) => Mask.Write(folder);
}
