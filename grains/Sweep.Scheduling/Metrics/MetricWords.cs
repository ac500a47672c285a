using System.Text.Json;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>The values of an enumeration as label values, made once: <c>handed_back</c>. Kinds of stages are spelled as in their ids.</summary>
public static class MetricWords<TEnum>
    where TEnum : struct, Enum
{
    private static readonly Dictionary<TEnum, string> s_words = Enum.GetValues<TEnum>().ToDictionary(value => value, Spell);

    public static IReadOnlyList<string> All { get; } = [.. s_words.Values];

    public static string Of(TEnum value) => s_words[value];

    private static string Spell(TEnum value) => value is StageKind
        ? value.ToString().ToLowerInvariant()
        : JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
