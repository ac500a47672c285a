using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A place of the spec at which experiments differ.</summary>
public sealed record DifferingKey
{
    /// <summary>As in a sweep file, for example <c>space.sparsity.values</c>.</summary>
    public required string Path { get; init; }

    /// <summary>In the order of the experiments, each as canonical JSON; null where the spec does not have it, or is not known.</summary>
    public required IReadOnlyList<string?> Values { get; init; }
}

/// <summary>
/// Finds where specs differ. They are compared with every default filled in, so a default that one file writes out is no difference. Lists are compared
/// whole. The name of the experiment is none of its settings.
/// </summary>
public static class SpecDifferences
{
    /// <param name="specs">Null for one that is not known, which differs from none.</param>
    /// <returns>In the order of the paths.</returns>
    public static IReadOnlyList<DifferingKey> Of(IReadOnlyList<SweepSpec?> specs)
    {
        ArgumentNullException.ThrowIfNull(specs);
        var leaves = specs.Select(spec => spec is null ? null : Leaves(spec)).ToList();
        return
        [
            .. leaves.OfType<Dictionary<string, string>>().SelectMany(known => known.Keys).Distinct().Order(StringComparer.Ordinal)
                .Where(path => leaves.OfType<Dictionary<string, string>>().Select(known => known.GetValueOrDefault(path)).Distinct().Skip(1).Any())
                .Select(path => new DifferingKey { Path = path, Values = [.. leaves.Select(known => known?.GetValueOrDefault(path))] }),
        ];
    }

    private static Dictionary<string, string> Leaves(SweepSpec spec)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(JsonNode.Parse(CanonicalJson.Serialize(spec)), "", leaves);
        leaves.Remove("name");
        return leaves;
    }

    private static void Collect(JsonNode? node, string path, Dictionary<string, string> leaves)
    {
        if (node is JsonObject { Count: > 0 } members)
        {
            foreach (var (name, value) in members)
            {
                Collect(value, path.Length == 0 ? name : $"{path}.{name}", leaves);
            }
        }
        else
        {
            leaves[path] = CanonicalJson.Serialize(node);
        }
    }
}
