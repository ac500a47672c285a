namespace Sweep.Recipes;

/// <summary>How much of one block stays.</summary>
/// <param name="Heads">0 removes the attention branch, which only <see cref="CutGoal.WholeBranches"/> allows.</param>
/// <param name="QueryKey">Pairs in each kept head, at least 1.</param>
/// <param name="Value">Channels in each kept head, at least 1.</param>
/// <param name="Mlp">Units; 0 removes the MLP branch, which only <see cref="CutGoal.WholeBranches"/> allows.</param>
public sealed record BlockBudget(int Heads, int QueryKey, int Value, int Mlp)
{
    public static BlockBudget Whole(BlockShape block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new BlockBudget(block.Heads, block.QueryKeyWidth, block.ValueWidth, block.MlpWidth);
    }

    public BlockShape Shape(BlockShape before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before with { Heads = Heads, QueryKeyWidth = Heads == 0 ? 0 : QueryKey, ValueWidth = Heads == 0 ? 0 : Value, MlpWidth = Mlp };
    }
}
