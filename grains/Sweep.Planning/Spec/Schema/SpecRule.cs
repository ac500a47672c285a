using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>Collects what reading a file finds: faults, and where each path stands.</summary>
internal sealed record SpecReading(FaultList Faults, Dictionary<string, Place> Places)
{
    /// <summary>The place of a path, or of the nearest thing around it.</summary>
    public Place Nearest(string path)
    {
        for (var at = path; at is not null; at = SpecPath.Parent(at))
        {
            if (Places.TryGetValue(at, out var place))
            {
                return place;
            }
        }

        return new Place(1, 1);
    }
}

/// <summary>
/// What a value of a sweep file must be. The same rule reads the file and writes the published JSON Schema, so the two cannot
/// drift apart.
/// </summary>
internal abstract record SpecRule
{
    /// <summary>The rule as a message states it, for example <c>must be true or false</c>.</summary>
    public abstract string Statement { get; }

    public abstract JsonObject ToJsonSchema();

    /// <returns>The value as JSON; null when it breaks the rule, which the faults then say.</returns>
    public JsonNode? Read(SpecNode node, string path, SpecReading reading)
    {
        reading.Places[path] = node.Place;
        return node is SpecRefused ? null : ReadValue(node, path, reading);
    }

    protected abstract JsonNode? ReadValue(SpecNode node, string path, SpecReading reading);

    protected JsonNode? Refuse(SpecNode node, string path, SpecReading reading, string? hint = null)
    {
        reading.Faults.AddBroken(node.Place, path, $"{Statement}, but is {FaultList.Show(node)}{hint}");
        return null;
    }
}

/// <summary>A whole number in [Least, Most].</summary>
internal sealed record IntegerRule(long Least, long Most) : SpecRule
{
    public override string Statement => string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {Least} to {Most}");

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) =>
        node is SpecScalar { Quoted: false } scalar
        && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value >= Least && value <= Most
            ? JsonValue.Create(value)
            : Refuse(node, path, reading);

    public override JsonObject ToJsonSchema() => new() { ["type"] = "integer", ["minimum"] = Least, ["maximum"] = Most };
}

/// <summary>A finite number between two bounds, each of which may be excluded.</summary>
internal sealed record NumberRule(double Least, double? Most = null, bool LeastExcluded = false, bool MostExcluded = false) : SpecRule
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public override string Statement => FormattableString.Invariant(Most is { } most
        ? $"must be a number in {(LeastExcluded ? '(' : '[')}{Least}, {most}{(MostExcluded ? ')' : ']')}"
        : (FormattableString)$"must be a finite number {(LeastExcluded ? "greater than" : "of at least")} {Least}");

    public bool Holds(double value) =>
        double.IsFinite(value)
        && (LeastExcluded ? value > Least : value >= Least)
        && (Most is not { } most || (MostExcluded ? value < most : value <= most));

    /// <summary>Adding 0 turns −0 into 0, so that one number has one spelling in a recipe.</summary>
    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) =>
        node is SpecScalar { Quoted: false } scalar
        && double.TryParse(scalar.Text, Style, CultureInfo.InvariantCulture, out var value)
        && Holds(value)
            ? JsonValue.Create(value + 0.0)
            : Refuse(node, path, reading);

    public override JsonObject ToJsonSchema()
    {
        var schema = new JsonObject { ["type"] = "number", [LeastExcluded ? "exclusiveMinimum" : "minimum"] = Least };
        if (Most is { } most)
        {
            schema[MostExcluded ? "exclusiveMaximum" : "maximum"] = most;
        }

        return schema;
    }
}

internal sealed record SwitchRule : SpecRule
{
    public override string Statement => "must be true or false";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) => node switch
    {
        SpecScalar { Quoted: false, Text: "true" } => JsonValue.Create(true),
        SpecScalar { Quoted: false, Text: "false" } => JsonValue.Create(false),
        _ => Refuse(node, path, reading),
    };

    public override JsonObject ToJsonSchema() => new() { ["type"] = "boolean" };
}

/// <summary>One of a few words.</summary>
internal sealed record ChoiceRule(IReadOnlyList<string> Choices) : SpecRule
{
    public static ChoiceRule Of<T>()
        where T : struct, Enum => new([.. Enum.GetValues<T>().Select(value => CanonicalJson.Serialize(value).Trim('"'))]);

    public override string Statement => Choices.Count == 1 ? $"must be {Choices[0]}" : $"must be one of {string.Join(", ", Choices)}";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) => node switch
    {
        SpecScalar scalar when Choices.Contains(scalar.Text) => JsonValue.Create(scalar.Text),
        SpecScalar scalar => Refuse(node, path, reading, Spelling.DidYouMean(scalar.Text, Choices)),
        _ => Refuse(node, path, reading),
    };

    public override JsonObject ToJsonSchema() => new() { ["enum"] = new JsonArray([.. Choices.Select(choice => JsonValue.Create(choice))]) };
}

/// <summary>Text of a pattern, which the description puts into words.</summary>
internal sealed record TextRule(string Pattern, string Description) : SpecRule
{
    public override string Statement => $"must be {Description}";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) =>
        node is SpecScalar { IsNull: false } scalar
        && !scalar.Text.EndsWith('\n') // which $ would overlook
        && Regex.IsMatch(scalar.Text, Pattern, RegexOptions.CultureInvariant)
            ? JsonValue.Create(scalar.Text)
            : Refuse(node, path, reading);

    public override JsonObject ToJsonSchema() => new() { ["type"] = "string", ["pattern"] = Pattern };
}
