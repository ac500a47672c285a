using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sweep.Planning;

/// <summary>The JSON Schema as a page for people: docs/reference/sweep-yaml.md.</summary>
internal static class SpecReference
{
    private const string Opening = """
        # sweep.yaml

        Every key of a sweep file. Written from the same table that reads the file; [sweep.schema.json](sweep.schema.json) is the same for
        editors. `sweep validate FILE` names every fault with its line, and `sweep plan FILE` shows what would run.

        An axis of `space` has either `values`, or `range: [low, high]` with `scale: linear` or `log`. With `count` a range is laid out as
        values; without it, the algorithms of `search` other than grid draw from it, from all of it or in multiples of `step` from its low
        end. Bounds are values on either scale, never exponents. `when: { method: [...] }` keeps an axis to some methods; without it, an axis belongs to every method
        that has its coefficient. Where the space has no λ or ρ, the method's own default holds.

        A net comes from `model.preset` alone, trained under `pretrain`; or with `model.weights`, as the dense net itself where there is no
        `pretrain`, or as what `pretrain` starts from. Data are a registered set, or a `folder` of photographs under a name of one's own.

        Rules between keys: the model reads images of the data's size, or of `data.imageSize`; validation leaves every class an image on both
        sides; a sparsity is one that the method's patterns can reach; `sparsify` is there when gohsp, vtp, sgmp, gmp, or s2vite with
        `start: dense` is; accuracy is maximized, parameters, flops and latency are minimized, and latency needs `benchmark`; a grid has at most 200,000 trials. omp and gmp mask single
        weights: their sparsity is always one of parameters, which become zeros and save nothing. What each method does, and what of it is our
        reading, is in [methods.md](../methods.md).

        | key | meaning | value | default |
        |---|---|---|---|

        """;

    public static string Write(JsonObject schema)
    {
        var page = new StringBuilder(Opening.ReplaceLineEndings("\n"));
        WriteKeys(schema, "", page);
        return page.ToString();
    }

    private static void WriteKeys(JsonObject map, string path, StringBuilder page)
    {
        var required = map["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        foreach (var (name, node) in map["properties"]!.AsObject())
        {
            var rule = node!.AsObject();
            var key = path + name;
            page.Append(CultureInfo.InvariantCulture, $"| `{key}` | {rule["description"]} | {Value(rule)} | {(required.Contains(name) ? "required" : rule["default"]?.ToJsonString().Trim('"'))} |\n");
            if (IsAxis(rule))
            {
                continue;
            }

            if ((rule["items"] ?? rule) is JsonObject below && below["properties"] is not null)
            {
                WriteKeys(below, key + (rule["items"] is null ? "." : "[]."), page);
            }
        }
    }

    private static bool IsAxis(JsonObject rule) => rule["properties"]?["values"] is not null;

    private static string Value(JsonObject rule) => rule switch
    {
        _ when IsAxis(rule) => "axis of " + Value(rule["properties"]!["values"]!["items"]!.AsObject()),
        _ when rule["anyOf"] is JsonArray ways => string.Join(", or a ", ways.Select(way => Value(way!.AsObject()))),
        _ when rule["enum"] is JsonArray choices => string.Join(", ", choices.Select(choice => $"`{choice}`")),
        _ when rule["pattern"] is { } pattern => $"`{pattern.ToString().Replace("|", "\\|", StringComparison.Ordinal)}`",
        _ => (string)rule["type"]! switch
        {
            "integer" => string.Create(CultureInfo.InvariantCulture, $"whole number{Bounds(rule)}"),
            "boolean" => "`true` or `false`",
            "array" => "list",
            "object" => "map",
            _ => "number" + Bounds(rule),
        },
    };

    private static string Bounds(JsonObject rule)
    {
        var low = rule["exclusiveMinimum"] is { } open ? $"> {open}" : $"≥ {rule["minimum"]}";
        var high = rule["exclusiveMaximum"] is { } end ? $", < {end}" : rule["maximum"] is { } most && (string)rule["type"]! == "number" ? $", ≤ {most}" : "";
        return $" {low}{high}";
    }
}
