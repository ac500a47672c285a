using System.Text;
using System.Text.Json.Nodes;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Reads <c>sweep.yaml</c> (DESIGN 5; docs/reference/sweep.schema.json) and finds every fault in it at once.</summary>
public static class SweepSpecReader
{
    private static readonly Objective[] s_objectives =
    [
        new() { Metric = Metric.Accuracy, Goal = Goal.Maximize },
        new() { Metric = Metric.Parameters, Goal = Goal.Minimize },
        new() { Metric = Metric.Flops, Goal = Goal.Minimize },
    ];

    /// <summary>JSON Schema (draft 2020-12) of a sweep file, made from the table that reads one.</summary>
    public static JsonObject Schema() => SpecSchema.ToJsonSchema();

    /// <param name="yaml">The text.</param>
    /// <param name="file">How messages name the file.</param>
    /// <exception cref="SweepSpecException">The text breaks rules; the exception has all of them.</exception>
    public static SweepSpec Read(string yaml, string file)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var faults = new FaultList(file);
        return Read(yaml, faults) ?? throw new SweepSpecException(faults.InOrder);
    }

    /// <exception cref="SweepSpecException">The text breaks rules, or is not UTF-8; the exception has all faults.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SweepSpec ReadFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return Read(text.TrimStart('\uFEFF'), path);
        }
        catch (DecoderFallbackException e)
        {
            var before = bytes.AsSpan(0, Math.Min(e.Index, bytes.Length));
            throw new SweepSpecException(
            [
                new SpecFault(path, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), "",
                    FormattableString.Invariant($"a sweep file is UTF-8, but byte {e.Index} is not")),
            ]);
        }
    }

    /// <returns>Null when there are faults.</returns>
    internal static SweepSpec? Read(string yaml, FaultList faults)
    {
        if (SpecYaml.Parse(yaml, faults) is not { } root)
        {
            return null;
        }

        var reading = new SpecReading(faults, new Dictionary<string, Place>(StringComparer.Ordinal));
        if (SpecSchema.File.Read(root, "", reading) is JsonObject values)
        {
            foreach (var (path, rule) in CrossRules.Check(SpecDraft.From(values, faults)))
            {
                faults.Add(reading.Nearest(path), path, rule);
            }

            if (!faults.Any)
            {
                var spec = ToSpec(values);
                foreach (var (path, rule) in ConstraintRules.Check(spec))
                {
                    faults.Add(reading.Nearest(path), path, rule);
                }

                return faults.Any ? null : spec;
            }
        }

        return null;
    }

    private static SweepSpec ToSpec(JsonObject values)
    {
        values.TryAdd("search", new JsonObject());
        if (!values.ContainsKey("objectives"))
        {
            values.Add("objectives", JsonNode.Parse(CanonicalJson.Serialize(s_objectives)));
        }

        return CanonicalJson.Deserialize<SweepSpec>(values.ToJsonString());
    }
}
