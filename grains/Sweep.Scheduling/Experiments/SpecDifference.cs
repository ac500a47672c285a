using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>Says where two specs differ.</summary>
internal static class SpecDifference
{
    private const int MostNamed = 5;

    /// <summary>For example <c>finetune.epochs was 2 and is 3</c>; null when the specs mean the same.</summary>
    public static string? Between(SweepSpec submitted, SweepSpec given)
    {
        var before = CanonicalJson.Serialize(submitted);
        var now = CanonicalJson.Serialize(given);
        if (before == now)
        {
            return null;
        }

        var differences = Between("", JsonNode.Parse(before), JsonNode.Parse(now)).ToList();
        var named = string.Join("; ", differences.Take(MostNamed));
        return differences.Count > MostNamed ? FormattableString.Invariant($"{named}; and {differences.Count - MostNamed} more") : named;
    }

    private static IEnumerable<string> Between(string path, JsonNode? before, JsonNode? now)
    {
        if (JsonNode.DeepEquals(before, now))
        {
            return [];
        }

        if (before is JsonObject left && now is JsonObject right)
        {
            return left.Select(member => member.Key).Union(right.Select(member => member.Key)).Order(StringComparer.Ordinal)
                .SelectMany(name => Between(path.Length == 0 ? name : $"{path}.{name}", left[name], right[name]));
        }

        return [$"{path} was {Text(before)} and is {Text(now)}"];
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(CanonicalJson.Options) ?? "absent";
}
