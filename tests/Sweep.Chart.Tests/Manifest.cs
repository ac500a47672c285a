using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sweep.Chart.Tests;

/// <summary>One rendered object.</summary>
internal sealed record Manifest(JsonNode Root)
{
    public string Kind => Text("kind")!;

    public string Name => Text("metadata.name")!;

    /// <summary>The silos' and the tests' pods: the template of a workload, or a pod itself.</summary>
    public JsonNode? PodSpec => Kind == "Pod" ? At("spec") : At("spec.template.spec");

    public string? Component => Text("metadata.labels.'app.kubernetes.io/component'");

    public static IReadOnlyList<Manifest> ParseAll(string yaml) => [.. ParseNodes(yaml).Select(node => new Manifest(node))];

    public static IEnumerable<JsonNode> ParseNodes(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonNode>();
    }

    /// <param name="path">Names with dots between them; a name that has dots itself stands in quotes.</param>
    /// <returns>Null when there is nothing.</returns>
    public JsonNode? At(string path) => At(Root, path);

    public static JsonNode? At(JsonNode? from, string path) =>
        Regex.Matches(path, "'([^']+)'|[^.]+").Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Value)
            .Aggregate(from, (node, name) => node switch
            {
                JsonArray list => list[int.Parse(name, CultureInfo.InvariantCulture)],
                JsonObject map => map[name],
                _ => null,
            });

    public string? Text(string path) => At(path)?.ToString();

    public int Number(string path) => At(path)?.GetValue<int>() ?? throw new InvalidOperationException($"{Kind}/{Name} must have {path}, but has not.");

    public IEnumerable<JsonNode> Containers => List(PodSpec, "initContainers").Concat(List(PodSpec, "containers"));

    public JsonNode Silo => List(PodSpec, "containers").Single(container => container["name"]!.ToString() == "silo");

    /// <summary>A silo's variables: the value, or where it comes from.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        List(Silo, "env").ToDictionary(each => each["name"]!.ToString(), each => (each["value"] ?? each["valueFrom"])!.ToString());

    public static IEnumerable<JsonNode> List(JsonNode? from, string path) => At(from, path) is JsonArray list ? list.OfType<JsonNode>() : [];

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => Resolve(plain),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"A manifest has no {node.NodeType}."),
    };

    private static JsonValue? Resolve(string plain) => plain switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when int.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(plain),
    };
}
