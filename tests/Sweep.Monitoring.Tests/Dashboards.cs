using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sweep.Monitoring.Tests;

/// <summary>One query of one panel.</summary>
public sealed record PanelQuery(string Dashboard, string Panel, string Expression, string Legend)
{
    public override string ToString() => $"{Dashboard}: {Panel}: {Expression}";
}

/// <summary>The dashboards that the chart ships.</summary>
internal static partial class Dashboards
{
    public static string Folder { get; } = Path.Combine(Tools.Root, "helm", "sweep", "dashboards");

    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<(string Name, JsonNode Board)> All { get; } =
        [.. Files.Select(file => (Path.GetFileNameWithoutExtension(file), JsonNode.Parse(File.ReadAllText(file))!))];

    public static IEnumerable<(string Dashboard, JsonNode Panel)> Panels =>
        from one in All
        from panel in one.Board["panels"]!.AsArray()
        select (one.Name, panel);

    public static IReadOnlyList<PanelQuery> Queries { get; } =
    [
        .. from one in Panels
           where one.Panel["type"]!.GetValue<string>() != "row"
           from target in one.Panel["targets"]!.AsArray()
           select new PanelQuery(one.Dashboard, one.Panel["title"]!.GetValue<string>(), target!["expr"]!.GetValue<string>(), target["legendFormat"]!.GetValue<string>()),
    ];

    /// <summary>As Grafana fills it in.</summary>
    public static string Expand(string expression, string instance)
    {
        var filled = expression
            .Replace("$__rate_interval", "15s", StringComparison.Ordinal)
            .Replace("$namespace", ".*", StringComparison.Ordinal)
            .Replace("$experiment", ".*", StringComparison.Ordinal)
            .Replace("$instance", instance, StringComparison.Ordinal);
        Assert.DoesNotContain('$', filled);
        return filled;
    }

    public static IReadOnlyList<string> LabelsOf(string legend) => [.. LegendLabel().Matches(legend).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex LegendLabel();
}
