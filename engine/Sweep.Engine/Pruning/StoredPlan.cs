using System.Text;
using System.Text.Json;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>A plan inside a checkpoint: its canonical JSON as bytes.</summary>
internal static class StoredPlan
{
    public static StoredTensor Of(string name, PruningPlan plan)
    {
        var bytes = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(plan));
        return StoredTensor.Of(name, bytes, bytes.Length);
    }

    /// <exception cref="InvalidDataException">It is no plan of a net of this shape.</exception>
    public static PruningPlan Read(StoredTensor stored, ViTShape shape)
    {
        ArgumentNullException.ThrowIfNull(stored);
        PruningPlan plan;
        try
        {
            plan = CanonicalJson.Deserialize<PruningPlan>(Encoding.UTF8.GetString(stored.Octets()));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Tensor '{stored.Name}' must be a plan as JSON. {e.Message}", e);
        }

        var fits = plan is { Before: not null, Blocks: not null }
            && CanonicalJson.Serialize(plan.Before) == CanonicalJson.Serialize(shape)
            && plan.Blocks.Count == shape.Blocks.Count
            && plan.Blocks.Zip(shape.Blocks).All(pair => Fits(pair.First, pair.Second, shape.Width));
        return fits ? plan : throw new InvalidDataException($"Tensor '{stored.Name}' must be a plan of the net that trains, but names channels that it has not.");
    }

    private static bool Fits(BlockPlan? plan, BlockShape block, int width) => plan is not null
        && Within(plan.Heads, block.Heads)
        && AllWithin(plan.QueryKey, plan.Heads.Count, block.QueryKeyWidth)
        && AllWithin(plan.Value, plan.Heads.Count, block.ValueWidth)
        && Within(plan.Mlp, block.MlpWidth)
        && (plan.AttentionInputs is null || Within(plan.AttentionInputs, width))
        && (plan.ProjectionInputs is null || Within(plan.ProjectionInputs, block.Heads * block.ValueWidth))
        && (plan.MlpInputs is null || Within(plan.MlpInputs, width));

    private static bool AllWithin(IReadOnlyList<IReadOnlyList<int>>? lists, int heads, int width) =>
        lists is not null && lists.Count == heads && lists.All(list => Within(list, width) && list.Count == lists[0].Count);

    /// <summary>Channel numbers, ascending.</summary>
    private static bool Within(IReadOnlyList<int>? numbers, int count) =>
        numbers is not null && numbers.All(number => number >= 0 && number < count) && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);
}
