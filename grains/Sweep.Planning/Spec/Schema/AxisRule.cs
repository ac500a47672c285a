using System.Globalization;
using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>
/// An axis of the space: <c>values</c>, or for numbers <c>range</c>, <c>scale</c> and <c>count</c>, which are laid out here. The bounds
/// of a range are values, on either scale. With <paramref name="Conditional"/>, <c>when</c> names the methods that have the axis.
/// </summary>
internal sealed record AxisRule(SpecRule Item, bool Conditional) : SpecRule
{
    private const int MostValues = 1000;

    /// <summary>
    /// Digits that laid-out values keep: powers may differ in the last bits between machines, and the values are part of stage ids.
    /// </summary>
    private const string LaidOutFormat = "G12";

    private static readonly ChoiceRule s_scale = new(["linear", "log"]);
    private static readonly IntegerRule s_count = new(1, MostValues);
    private static readonly MapRule s_when = new(
        [new("method", new ListRule(ChoiceRule.Of<PruningMethod>(), 16), "The methods that have this axis.", Required: true)]);

    private ListRule Values => new(Item, MostValues);

    private NumberRule? Number => Item as NumberRule;

    public override string Statement => Number is null
        ? "must be a map with the key values"
        : $"must be a map with either values, or range, scale and count{(Conditional ? ", and when if it belongs to some methods only" : "")}";

    private IReadOnlyList<KeyRule> Keys =>
    [
        new("values", Values, "The values, each once."),
        .. Number is null ? Array.Empty<KeyRule>() :
        [
            new("range", new ListRule(Item, 2), "The first and the last value."),
            new("scale", s_scale, "Whether values lie evenly or in equal ratios.", Default: "linear"),
            new("count", s_count, "How many values, both ends included."),
        ],
        .. Conditional ? new KeyRule[] { new("when", s_when, "The axis exists only for these methods.") } : [],
    ];

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading)
    {
        if (node is not SpecMap map)
        {
            return Refuse(node, path, reading);
        }

        var read = (JsonObject)new MapRule(Keys).Read(node, path, reading)!;
        var values = ReadValues(map, read, path, reading);
        if (values is null)
        {
            return null;
        }

        var axis = new JsonObject { ["values"] = values };
        if (read["when"] is { } when)
        {
            axis.Add("when", when.DeepClone());
        }

        return axis;
    }

    private JsonArray? ReadValues(SpecMap map, JsonObject read, string path, SpecReading reading)
    {
        var ranged = new[] { "range", "scale", "count" }.Where(key => Number is not null && map.Find(key) is not null).ToList();
        if (map.Find("values") is not null)
        {
            if (ranged.Count > 0)
            {
                reading.Faults.AddBroken(map.Find(ranged[0])!.Place, SpecPath.Key(path, ranged[0]),
                    $"an axis has either values or a range, but this one has values and {ranged[0]}");
            }

            return read["values"]?.DeepClone().AsArray();
        }

        if (map.Find("range") is null || map.Find("count") is null)
        {
            reading.Faults.AddBroken(map.Place, path, ranged.Count == 0
                ? $"{Statement}, but has neither"
                : $"a range needs both range and count, but {(map.Find("range") is null ? "range" : "count")} is missing");
            return null;
        }

        return reading.Faults.IsBroken(path) ? null : LayOut(read, path, reading);
    }

    private JsonArray? LayOut(JsonObject read, string path, SpecReading reading)
    {
        var bounds = read["range"]!.AsArray().Select(bound => bound!.GetValue<double>()).ToList();
        var below = SpecPath.Key(path, "range");
        if (bounds.Count != 2 || bounds[0] >= bounds[1])
        {
            return RefuseRange(below, $"must be [low, high] with low < high, but is {Show(bounds)}", reading);
        }

        var log = (string?)read["scale"] == "log";
        if (log && bounds[0] <= 0)
        {
            return RefuseRange(below, $"the bounds of a log scale are values greater than 0, not exponents, but are {Show(bounds)}", reading);
        }

        var count = (int)read["count"]!.GetValue<long>();
        if (count < 2)
        {
            return RefuseRange(SpecPath.Key(path, "count"), "must be at least 2, for both ends of the range, but is 1; use values for one", reading);
        }

        return new JsonArray([.. LayOut(bounds[0], bounds[1], count, log).Select(value => JsonValue.Create(value))]);
    }

    private static IEnumerable<double> LayOut(double low, double high, int count, bool log) =>
        Enumerable.Range(0, count).Select(i =>
        {
            if (i == 0 || i == count - 1)
            {
                return i == 0 ? low : high;
            }

            var t = (double)i / (count - 1);
            var value = log ? low * Math.Pow(high / low, t) : low + (high - low) * t;
            return double.Parse(value.ToString(LaidOutFormat, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        });

    private static JsonArray? RefuseRange(string path, string rule, SpecReading reading)
    {
        reading.Faults.AddBroken(reading.Nearest(path), path, rule);
        return null;
    }

    private static string Show(IEnumerable<double> bounds) =>
        $"[{string.Join(", ", bounds.Select(bound => bound.ToString("R", CultureInfo.InvariantCulture)))}]";

    public override JsonObject ToJsonSchema()
    {
        var schema = new MapRule(Keys).ToJsonSchema();
        schema.Add("oneOf", Number is null
            ? new JsonArray(Needs("values"))
            : new JsonArray(Without(Needs("values"), "range", "scale", "count"), Without(Needs("range", "count"), "values")));
        return schema;
    }

    private static JsonObject Without(JsonObject schema, params string[] keys)
    {
        schema.Add("not", new JsonObject { ["anyOf"] = new JsonArray([.. keys.Select(key => Needs(key))]) });
        return schema;
    }

    private static JsonObject Needs(params string[] keys) =>
        new() { ["required"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]) };
}
