using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>A JSON document as block YAML. Numbers keep their JSON digits; a string that could be read as anything else is quoted.</summary>
internal static partial class YamlText
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            Block(node, "", text);
        }
        else
        {
            text.Append(Scalar(node)).Append('\n');
        }

        return text.ToString();
    }

    private static void Block(JsonNode node, string indent, StringBuilder text)
    {
        var first = true;
        foreach (var (lead, value) in node is JsonObject members
            ? members.Select(member => (Key(member.Key) + ":", member.Value))
            : node.AsArray().Select(item => ("-", item)))
        {
            // The first line of a block inside a list item stands behind its dash.
            text.Append(first ? "" : indent).Append(lead);
            first = false;
            if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
            {
                var inner = indent + "  ";
                text.Append(lead == "-" ? " " : "\n" + inner);
                Block(value, inner, text);
            }
            else
            {
                text.Append(' ').Append(Scalar(value)).Append('\n');
            }
        }
    }

    private static string Key(string key) => PlainWord().IsMatch(key) ? key : CanonicalJson.Serialize(key);

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() is var word && IsPlain(word) => word,
        _ => CanonicalJson.Serialize(node),
    };

    private static bool IsPlain(string word) =>
        PlainWord().IsMatch(word) && word.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");

    /// <summary>Starts with a letter, so it is no number, and holds nothing that YAML gives a meaning.</summary>
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_./-]*$")]
    private static partial Regex PlainWord();
}
