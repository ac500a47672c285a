using System.Globalization;
using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>
/// An axis of the space: <c>values</c>; or for numbers <c>range</c> and <c>scale</c>, with <c>count</c> laid out here, without it kept as a
/// range. The bounds of a range are values, on either scale. With <paramref name="Conditional"/>, <c>when</c> names the methods that have
/// the axis; with <paramref name="Whole"/>, whole numbers have ranges too.
/// </summary>
internal sealed record AxisRule(SpecRule Item, bool Conditional, bool Whole = false) : SpecRule
{
    private const int MostValues = 1000;

    private static readonly string[] s_rangeKeys = ["range", "scale", "count", "step"];
    private static readonly ChoiceRule s_scale = new(["linear", "log"]);
    private static readonly IntegerRule s_count = new(1, MostValues);
    private static readonly MapRule s_when = new(
        [new("method", new ListRule(ChoiceRule.Of<PruningMethod>(), 16), "The methods that have this axis.", Required: true)]);

    private ListRule Values => new(Item, MostValues);

    private bool Ranged => Whole || Item is NumberRule;

    public override string Statement => !Ranged
        ? "must be a map with the key values"
        : $"must be a map with either values, or range, scale and count or step{(Conditional ? ", and when if it belongs to some methods only" : "")}";

    private IReadOnlyList<KeyRule> Keys =>
    [
        new("values", Values, "The values, each once."),
        .. !Ranged ? Array.Empty<KeyRule>() :
        [
            new("range", new ListRule(Item, 2), "The first and the last value."),
            new("scale", s_scale, "Whether values lie evenly or in equal ratios.", Default: "linear"),
            new("count", s_count, "How many values, both ends included; a range to draw from if absent."),
            new("step", Whole ? new IntegerRule(1, int.MaxValue) : new NumberRule(0, LeastExcluded: true), "Between neighbours of a range to draw from; a continuum if absent."),
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
        var axis = ReadAxis(map, read, path, reading);
        if (axis is not null && read["when"] is { } when)
        {
            axis.Add("when", when.DeepClone());
        }

        return axis;
    }

    private JsonObject? ReadAxis(SpecMap map, JsonObject read, string path, SpecReading reading)
    {
        var ranged = s_rangeKeys.Where(key => Ranged && map.Find(key) is not null).ToList();
        if (map.Find("values") is not null)
        {
            if (ranged.Count > 0)
            {
                reading.Faults.AddBroken(map.Find(ranged[0])!.Place, SpecPath.Key(path, ranged[0]),
                    $"an axis has either values or a range, but this one has values and {ranged[0]}");
            }

            return read["values"] is { } values ? new JsonObject { ["values"] = values.DeepClone() } : null;
        }

        if (map.Find("range") is null)
        {
            reading.Faults.AddBroken(map.Place, path, ranged.Count == 0
                ? $"{Statement}, but has neither"
                : $"{ranged[0]} belongs to a range, but range is missing");
            return null;
        }

        return reading.Faults.IsBroken(path) ? null : ReadRange(read, path, reading);
    }

    private JsonObject? ReadRange(JsonObject read, string path, SpecReading reading)
    {
        var bounds = read["range"]!.AsArray().Select(bound => Number(bound!)).ToList();
        var below = SpecPath.Key(path, "range");
        if (bounds.Count != 2 || bounds[0] >= bounds[1])
        {
            return RefuseRange(below, $"must be [low, high] with low < high, but is {Show(bounds)}", reading);
        }

        if (Whole && bounds[1] > AxisLayout.LargestWhole)
        {
            return RefuseRange(below, FormattableString.Invariant($"the bounds of a range are at most {AxisLayout.LargestWhole}, but are {Show(bounds)}"), reading);
        }

        var log = (string?)read["scale"] == "log";
        if (log && bounds[0] <= 0)
        {
            return RefuseRange(below, $"the bounds of a log scale are values greater than 0, not exponents, but are {Show(bounds)}", reading);
        }

        if (read["step"] is { } given)
        {
            var step = Number(given);
            var at = SpecPath.Key(path, "step");
            if (read["count"] is not null || log)
            {
                return RefuseRange(at, $"belongs to a linear range without count, but this one has {(log ? "a log scale" : "count")}", reading);
            }

            if (step > bounds[1] - bounds[0])
            {
                return RefuseRange(at, FormattableString.Invariant($"must be at most the length of the range, {bounds[1] - bounds[0]:R}, but is {step:R}"), reading);
            }
        }

        if (read["count"] is not { } counted)
        {
            var range = new JsonObject { ["range"] = read["range"]!.DeepClone() };
            foreach (var key in new[] { "scale", "step" }.Where(key => read[key] is not null && (key != "scale" || log)))
            {
                range.Add(key, read[key]!.DeepClone());
            }

            return range;
        }

        var count = (int)counted.GetValue<long>();
        return count < 2
            ? RefuseRange(SpecPath.Key(path, "count"), "must be at least 2, for both ends of the range, but is 1; use values for one", reading)
            : new JsonObject { ["values"] = AxisLayout.Of(bounds[0], bounds[1], count, log, Whole) };
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static JsonObject? RefuseRange(string path, string rule, SpecReading reading)
    {
        reading.Faults.AddBroken(reading.Nearest(path), path, rule);
        return null;
    }

    private static string Show(IEnumerable<double> bounds) =>
        $"[{string.Join(", ", bounds.Select(bound => bound.ToString("R", CultureInfo.InvariantCulture)))}]";

    public override JsonObject ToJsonSchema()
    {
        var schema = new MapRule(Keys).ToJsonSchema();
        schema.Add("oneOf", !Ranged
            ? new JsonArray(Needs("values"))
            : new JsonArray(
                Without(Needs("values"), [.. s_rangeKeys.Select(key => Needs(key))]),
                Without(Needs("range"), [Needs("values"), Needs("count", "step")])));
        return schema;
    }

    private static JsonObject Without(JsonObject schema, JsonNode[] needs)
    {
        schema.Add("not", new JsonObject { ["anyOf"] = new JsonArray(needs) });
        return schema;
    }

    private static JsonObject Needs(params string[] keys) =>
        new() { ["required"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]) };
}
