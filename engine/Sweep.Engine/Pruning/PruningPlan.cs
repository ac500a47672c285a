using System.Text.Json;
using System.Text.Json.Serialization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>What the bias of a removed channel does.</summary>
public enum RemovedBias
{
    /// <summary>
    /// The producer's weights are masked and its bias stays: a value channel goes on adding its bias (attention rows sum to 1), an MLP unit
    /// GELU of its bias. Both are constants, and are folded into the next bias (METHODS 1.4).
    /// </summary>
    Fold,

    /// <summary>The consumer's column is masked, as a gate of 0 does: nothing is left to fold.</summary>
    Drop,
}

/// <summary>What stays of one block, as channel numbers of the block before the cut, all ascending.</summary>
public sealed record BlockPlan
{
    public required IReadOnlyList<int> Heads { get; init; }

    /// <summary>[kept head][pair], channel numbers inside the head.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> QueryKey { get; init; }

    /// <summary>[kept head][channel], channel numbers inside the head.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Value { get; init; }

    public required IReadOnlyList<int> Mlp { get; init; }

    /// <summary>Null keeps all.</summary>
    public IReadOnlyList<int>? AttentionInputs { get; init; }

    /// <summary>Channels of the attention result that the projection reads; null keeps all.</summary>
    public IReadOnlyList<int>? ProjectionInputs { get; init; }

    /// <summary>Null keeps all.</summary>
    public IReadOnlyList<int>? MlpInputs { get; init; }

    public static BlockPlan Whole(BlockShape block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new BlockPlan
        {
            Heads = Range(block.Heads),
            QueryKey = [.. Range(block.Heads).Select(_ => Range(block.QueryKeyWidth))],
            Value = [.. Range(block.Heads).Select(_ => Range(block.ValueWidth))],
            Mlp = Range(block.MlpWidth),
        };
    }

    public BlockShape Shape(BlockShape before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return before with
        {
            Heads = Heads.Count,
            QueryKeyWidth = Heads.Count == 0 ? 0 : QueryKey[0].Count,
            ValueWidth = Heads.Count == 0 ? 0 : Value[0].Count,
            MlpWidth = Mlp.Count,
            AttentionInputs = Heads.Count == 0 ? null : AttentionInputs?.Count,
            ProjectionInputs = Heads.Count == 0 ? null : ProjectionInputs?.Count,
            MlpInputs = Mlp.Count == 0 ? null : MlpInputs?.Count,
        };
    }

    private static int[] Range(int count) => [.. Enumerable.Range(0, count)];
}

/// <summary>What a cut keeps. Written as <c>plan.json</c>; <see cref="HardPruner"/> carries it out.</summary>
public sealed record PruningPlan
{
    public const string File = "plan.json";

    public required ViTShape Before { get; init; }

    public required IReadOnlyList<BlockPlan> Blocks { get; init; }

    public required RemovedBias Bias { get; init; }

    /// <summary>What the plan was made to reach, for whoever carries it out; null for the defaults.</summary>
    public PruningBudget? Budget { get; init; }

    [JsonIgnore]
    public ViTShape After => Before with { Blocks = [.. Before.Blocks.Zip(Blocks, (block, plan) => plan.Shape(block))] };

    public static PruningPlan Whole(ViTShape shape) => new()
    {
        Before = shape,
        Blocks = [.. shape.Blocks.Select(BlockPlan.Whole)],
        Bias = RemovedBias.Drop,
    };

    /// <exception cref="StageFaultException">DamagedArtifact.</exception>
    public static PruningPlan Read(string folder)
    {
        var path = Path.Combine(folder, File);
        try
        {
            return CanonicalJson.Deserialize<PruningPlan>(System.IO.File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageFaultException.DamagedArtifact(path, $"the kept structure must be readable. {e.Message}", e);
        }
    }
}
