using System.Text.Json.Nodes;

namespace Sweep.Chart.Tests;

/// <summary>values.yaml, its schema and the README say the same.</summary>
public class ValuesTests
{
    private const string Begin = "<!-- values -->\n";
    private const string End = "<!-- end of values -->\n";

    private static string Yaml => Checkout.Read("helm", "sweep", "values.yaml");

    private static JsonNode Schema => JsonNode.Parse(Checkout.Read("helm", "sweep", "values.schema.json"))!;

    [Fact]
    public void EveryValue_HasAComment() => Assert.Equal([], ValuesTable.Read(Yaml).Where(value => !value.Comment.EndsWith('.')).Select(value => value.Path));

    /// <summary>After a change of values.yaml: run this with SWEEP_WRITE_REFERENCE set.</summary>
    [Fact]
    public void Readme_HasTheTableOfValues()
    {
        var path = Path.Combine(Checkout.Chart, "README.md");
        var readme = File.ReadAllText(path);
        var (before, after) = (readme[..(readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)], readme[readme.IndexOf(End, StringComparison.Ordinal)..]);
        var table = ValuesTable.Table(Yaml);
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REFERENCE") is { Length: > 0 })
        {
            File.WriteAllText(path, before + table + after);
        }

        Assert.Equal(before + table + after, File.ReadAllText(path));
    }

    [Fact]
    public void Schema_KnowsEveryValue_AndNoOther()
    {
        var known = Known(Schema, "").ToHashSet();
        var written = ValuesTable.Read(Yaml).Select(value => value.Path).ToHashSet();

        // Quantities are the cluster's words, and a map of images and claims inside a value is described once.
        Assert.Equal([], written.Except(known).Where(path => !path.Contains(".resources.", StringComparison.Ordinal)));
        Assert.Equal([], known.Except(written).Where(path => !path.Contains(".resources.", StringComparison.Ordinal) && !path.Contains(".affinity.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Schema_IsClosed_AtEveryLevelOfOurs()
    {
        List<string> open = [];
        Visit(Schema, "", (schema, path) =>
        {
            if (schema["properties"] is not null && schema["additionalProperties"] is not JsonValue && !path.EndsWith("[]", StringComparison.Ordinal))
            {
                open.Add(path);
            }
        });
        Assert.Equal([], open);
    }

    [Fact]
    public void Scenarios_TogetherSetEveryValue()
    {
        var set = Helm.Scenarios.SelectMany(scenario => Leaves(Manifest.ParseNodes(File.ReadAllText(Helm.ValuesOf(scenario))).Single(), "")).ToHashSet();
        var unset = ValuesTable.Read(Yaml)
            .Where(value => value.Default.Length > 0 && !set.Any(path => path == value.Path || path.StartsWith(value.Path + ".", StringComparison.Ordinal)))
            .Select(value => value.Path);
        Assert.Equal(s_elsewhere.Order(), unset.Order());
    }

    /// <summary>Set by tests of their own: development-values.yaml, refusals, and the claims of membership primary.</summary>
    private static readonly string[] s_elsewhere =
    [
        "storage.artifactClaim.storageClass",
        "control.persistence.size",
        "control.persistence.storageClass",
        "control.persistence.whenDeleted",
        "development.allowInsecureSecrets",
        "development.insecureSecrets.azure",
        "development.insecureSecrets.postgres",
        "development.insecureSecrets.tokens",
        "autoscaling.query",
    ];

    private static IEnumerable<string> Known(JsonNode schema, string path)
    {
        foreach (var (name, each) in Resolve(schema)["properties"]?.AsObject() ?? [])
        {
            var here = path.Length == 0 ? name : $"{path}.{name}";
            yield return here;
            foreach (var inner in Known(each!, here))
            {
                yield return inner;
            }
        }
    }

    private static void Visit(JsonNode schema, string path, Action<JsonNode, string> look)
    {
        schema = Resolve(schema);
        look(schema, path);
        foreach (var (name, each) in schema["properties"]?.AsObject() ?? [])
        {
            Visit(each!, $"{path}.{name}", look);
        }

        if (schema["items"] is { } items)
        {
            Visit(items, path + "[]", look);
        }
    }

    private static JsonNode Resolve(JsonNode schema) =>
        schema["$ref"]?.ToString() is { } reference ? Schema["$defs"]![reference.Split('/')[^1]]! : schema;

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node is JsonObject { Count: > 0 } map
        ? map.SelectMany(pair => Leaves(pair.Value, path.Length == 0 ? pair.Key : $"{path}.{pair.Key}"))
        : [path];
}
