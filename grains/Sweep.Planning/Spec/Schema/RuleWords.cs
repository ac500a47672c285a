using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>Names and numbers as the messages of rules between keys say them.</summary>
internal static class RuleWords
{
    public static string Say(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>As sweep files write it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Names(IEnumerable<PruningMethod> methods) => string.Join(", ", methods.Select(Name));
}
