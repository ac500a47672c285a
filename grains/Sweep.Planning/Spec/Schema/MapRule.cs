using System.Text.Json.Nodes;

namespace Sweep.Planning.Schema;

/// <summary>One key of a map.</summary>
/// <param name="Name">As written in the file.</param>
/// <param name="Rule">What its value must be.</param>
/// <param name="Meaning">One sentence, with the unit.</param>
/// <param name="Required">Whether the map must have it.</param>
/// <param name="Default">What holds without it, in words or as a number.</param>
internal sealed record KeyRule(string Name, SpecRule Rule, string Meaning, bool Required = false, JsonNode? Default = null);

/// <summary>A map of known keys.</summary>
internal sealed record MapRule(IReadOnlyList<KeyRule> Keys) : SpecRule
{
    public override string Statement => $"must be a map with the keys {string.Join(", ", Keys.Select(key => key.Name))}";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading)
    {
        if (node is not SpecMap map)
        {
            return Refuse(node, path, reading);
        }

        foreach (var entry in map.Entries.Where(entry => Keys.All(key => key.Name != entry.Key)))
        {
            reading.Faults.Add(entry.Place, SpecPath.Key(path, entry.Key),
                $"there is no key {FaultList.Show(entry.Key)} here{Spelling.DidYouMean(entry.Key, Keys.Select(key => key.Name))}");
        }

        var result = new JsonObject();
        foreach (var key in Keys)
        {
            var below = SpecPath.Key(path, key.Name);
            if (map.Find(key.Name) is { } entry)
            {
                if (key.Rule.Read(entry.Value, below, reading) is { } value)
                {
                    result.Add(key.Name, value);
                }
            }
            else if (key.Required)
            {
                reading.Faults.AddBroken(map.Place, below, $"{key.Rule.Statement}, but is missing");
            }
        }

        return result;
    }

    public override JsonObject ToJsonSchema()
    {
        var properties = new JsonObject();
        foreach (var key in Keys)
        {
            var schema = new JsonObject { ["description"] = key.Meaning };
            foreach (var (name, value) in key.Rule.ToJsonSchema())
            {
                schema.Add(name, value?.DeepClone());
            }

            if (key.Default is not null)
            {
                schema.Add("default", key.Default.DeepClone());
            }

            properties.Add(key.Name, schema);
        }

        var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (Keys.Any(key => key.Required))
        {
            map.Add("required", new JsonArray([.. Keys.Where(key => key.Required).Select(key => JsonValue.Create(key.Name))]));
        }

        return map;
    }
}

/// <summary>A list of at least one item, no two alike.</summary>
internal sealed record ListRule(SpecRule Item, int Most) : SpecRule
{
    public override string Statement => $"must be a list of 1 to {Most} different items";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading)
    {
        if (node is not SpecList list || list.Items.Count == 0 || list.Items.Count > Most)
        {
            return Refuse(node, path, reading, node is SpecList { Items.Count: var count }
                ? FormattableString.Invariant($" of {count}")
                : null);
        }

        var result = new JsonArray();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var below = SpecPath.Item(path, i);
            if (Item.Read(list.Items[i], below, reading) is not { } value)
            {
                continue;
            }

            if (seen.TryGetValue(value.ToJsonString(), out var first))
            {
                reading.Faults.AddBroken(list.Items[i].Place, below,
                    FormattableString.Invariant($"the items of a list must differ, but {FaultList.Show(list.Items[i])} stands at [{first}] already"));
                continue;
            }

            seen.Add(value.ToJsonString(), i);
            result.Add(value);
        }

        return result;
    }

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = "array",
        ["items"] = Item.ToJsonSchema(),
        ["minItems"] = 1,
        ["maxItems"] = Most,
        ["uniqueItems"] = true,
    };
}
