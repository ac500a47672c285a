using YamlDotNet.RepresentationModel;

namespace Sweep.Monitoring.Tests;

/// <summary>One rule that the chart ships.</summary>
public sealed record Alert(string Name, string Expression, string Runbook, string Summary);

internal static class Alerts
{
    public static string File { get; } = Path.Combine(Tools.Root, "helm", "sweep", "alerts", "sweep.yaml");

    public static IReadOnlyList<Alert> All { get; } = [.. Read()];

    private static IEnumerable<Alert> Read()
    {
        var yaml = new YamlStream();
        using var text = System.IO.File.OpenText(File);
        yaml.Load(text);
        foreach (var group in (YamlSequenceNode)yaml.Documents[0].RootNode["groups"])
        {
            foreach (var rule in (YamlSequenceNode)group["rules"])
            {
                var notes = rule["annotations"];
                yield return new Alert(Text(rule, "alert"), Text(rule, "expr"), Text(notes, "runbook_url"), Text(notes, "summary"));
            }
        }
    }

    private static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}
