using System.Text.Json.Nodes;

namespace Sweep.Monitoring.Tests;

/// <summary>What can be said of dashboards without a Grafana, which this project's CI does not have.</summary>
public sealed class DashboardTests
{
    [Fact]
    public void ThereAreFour_EachWithTheSameVariables()
    {
        Assert.Equal(["experiment", "orleans", "overview", "silos"], Dashboards.All.Select(one => one.Name));
        Assert.Equal(4, Dashboards.All.Select(one => one.Board["uid"]!.GetValue<string>()).Distinct().Count());
        Assert.All(Dashboards.All, one => Assert.Equal(
            ["datasource", "namespace", "instance", "experiment"], one.Board["templating"]!["list"]!.AsArray().Select(variable => variable!["name"]!.GetValue<string>())));
    }

    [Fact]
    public void Panels_HaveTheirOwnIdsAndPlaces()
    {
        foreach (var (name, board) in Dashboards.All)
        {
            var panels = board["panels"]!.AsArray().Select(panel => panel!).ToList();
            Assert.Equal(panels.Count, panels.Select(panel => panel["id"]!.GetValue<int>()).Distinct().Count());
            var taken = new HashSet<(int, int)>();
            foreach (var panel in panels)
            {
                var place = panel["gridPos"]!;
                var (x, y, w, h) = (Int(place, "x"), Int(place, "y"), Int(place, "w"), Int(place, "h"));
                Assert.True(x >= 0 && w > 0 && h > 0 && x + w <= 24, $"{name}: {panel["title"]} must lie in 24 columns, but lies at {x} and is {w} wide.");
                Assert.All(
                    from column in Enumerable.Range(x, w) from row in Enumerable.Range(y, h) select (column, row),
                    cell => Assert.True(taken.Add(cell), $"{name}: {panel["title"]} overlaps another at {cell}."));
            }
        }
    }

    [Fact]
    public void Panels_SayWhatTheyShowAndInWhichUnit() => Assert.All(
        Dashboards.Panels.Where(one => one.Panel["type"]!.GetValue<string>() != "row"),
        one =>
        {
            Assert.EndsWith(".", one.Panel["description"]!.GetValue<string>());
            Assert.NotEqual("", one.Panel["fieldConfig"]!["defaults"]!["unit"]!.GetValue<string>());
            Assert.Equal("${datasource}", one.Panel["datasource"]!["uid"]!.GetValue<string>());
            Assert.NotEmpty(one.Panel["targets"]!.AsArray());
            Assert.All(one.Panel["targets"]!.AsArray(), target => Assert.Contains("namespace=~\"$namespace\"", target!["expr"]!.GetValue<string>()));
        });

    [Fact]
    public void Fronts_AreChartsOfPoints()
    {
        var charts = Dashboards.Panels.Where(one => one.Panel["type"]!.GetValue<string>() == "xychart").ToList();

        Assert.Equal(["Accuracy and parameters", "Accuracy and FLOPs"], charts.Select(one => one.Panel["title"]!.GetValue<string>()));
        Assert.All(charts, one =>
        {
            // What the series are made of must be what the two queries are called after they are merged.
            var series = Assert.Single(one.Panel["options"]!["series"]!.AsArray())!;
            Assert.Equal(
                one.Panel["targets"]!.AsArray().Select(target => $"Value #{target!["refId"]}"),
                new[] { "x", "y" }.Select(axis => series[axis]!["matcher"]!["options"]!.GetValue<string>()));
            Assert.Equal("merge", one.Panel["transformations"]![0]!["id"]!.GetValue<string>());
        });
    }

    [ToolsFact]
    public async Task Committed_AreWhatTheScriptWrites()
    {
        var fresh = Directory.CreateTempSubdirectory("sweep-dashboards-");
        try
        {
            var (code, said) = await Tools.Run(Tools.Node!, Path.Combine(Tools.Root, "build", "dashboards", "generate.mjs"), fresh.FullName);

            Assert.True(code == 0, said);
            Assert.Equal(Dashboards.Files.Select(Path.GetFileName), fresh.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
            Assert.All(Dashboards.Files, file => Assert.Equal(
                File.ReadAllText(Path.Combine(fresh.FullName, Path.GetFileName(file))), File.ReadAllText(file)));
        }
        finally
        {
            fresh.Delete(recursive: true);
        }
    }

    [ToolsFact]
    public async Task Types_AreGrafanas()
    {
        var (code, said) = await Check([.. Dashboards.Files]);

        Assert.Equal("", said);
        Assert.Equal(0, code);
    }

    [ToolsFact]
    public async Task WrongType_IsFound()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-dashboards-");
        try
        {
            var board = JsonNode.Parse(File.ReadAllText(Dashboards.Files[0]))!;
            var chart = board["panels"]!.AsArray().First(panel => panel!["type"]!.GetValue<string>() == "xychart")!;
            chart["options"]!["mapping"] = "by hand";
            chart["gridPos"]!["wide"] = 3;
            var file = Path.Combine(folder.FullName, "wrong.json");
            await File.WriteAllTextAsync(file, board.ToJsonString());

            var (code, said) = await Check(file);

            Assert.NotEqual(0, code);
            Assert.Contains("by hand", said, StringComparison.Ordinal);
            Assert.Contains("wide", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Int(JsonNode place, string name) => place[name]!.GetValue<int>();

    private static Task<(int Code, string Said)> Check(params string[] files) => Tools.Run(
        Tools.Node!, [Path.Combine(Tools.Root, "build", "dashboards", "check-types.mjs"), Tools.GrafanaTypes, Tools.Typescript, .. files]);
}
