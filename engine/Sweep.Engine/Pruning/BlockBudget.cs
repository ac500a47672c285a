using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>How much of one block stays.</summary>
/// <param name="Heads">At least 1.</param>
/// <param name="QueryKey">Pairs in each kept head, at least 1.</param>
/// <param name="Value">Channels in each kept head, at least 1.</param>
/// <param name="Mlp">Units, at least 1.</param>
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
        return before with { Heads = Heads, QueryKeyWidth = QueryKey, ValueWidth = Value, MlpWidth = Mlp };
    }
}

/// <summary>The target of a cut, in exact parameters.</summary>
public sealed record ParameterTarget
{
    /// <summary>Largest distance between wanted and reached sparsity.</summary>
    public const double Tolerance = 0.005;

    public ParameterTarget(ViTShape dense, double sparsity)
    {
        if (!(sparsity >= 0 && sparsity < 1))
        {
            throw StageFaultException.InvalidRecipe($"0 <= sparsity < 1 must hold, but sparsity is {sparsity}.");
        }

        Dense = dense;
        Sparsity = sparsity;
        DenseParameters = ViTCost.Parameters(dense);
    }

    public ViTShape Dense { get; }

    public double Sparsity { get; }

    public long DenseParameters { get; }

    public double Parameters => (1 - Sparsity) * DenseParameters;

    /// <summary>In parameters.</summary>
    public double Slack => Tolerance * DenseParameters;

    public double Error(long parameters) => Math.Abs(parameters - Parameters);

    public bool IsMet(long parameters) => Error(parameters) <= Slack;

    /// <exception cref="StageFaultException">UnreachableSparsity.</exception>
    public void Require(long reached, long fewest)
    {
        if (fewest > Parameters + Slack)
        {
            throw StageFaultException.UnreachableSparsity(Sparsity, 1 - (double)fewest / DenseParameters);
        }

        if (!IsMet(reached))
        {
            throw StageFaultException.SparsityNotMet(Sparsity, 1 - (double)reached / DenseParameters);
        }
    }
}
