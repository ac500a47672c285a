using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Sweep.Monitoring.Tests;

public sealed partial class AlertTests
{
    private static readonly string s_tests = File.ReadAllText(Path.Combine(Tools.Root, "tests", "Sweep.Monitoring.Tests", "alerts.test.yaml"));

    [ToolsFact]
    public async Task Rules_AreClean()
    {
        var (code, said) = await Tools.Run(Tools.Promtool!, "check", "rules", Alerts.File);

        Assert.True(code == 0, said);
    }

    [ToolsFact]
    public async Task Rules_FireAndAreQuiet()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-alerts-");
        try
        {
            // What an alert says to people is not what its test is about.
            var rules = Path.Combine(folder.FullName, "rules.yaml");
            await File.WriteAllTextAsync(rules, Annotations().Replace(await File.ReadAllTextAsync(Alerts.File), ""));
            var tests = Path.Combine(folder.FullName, "tests.yaml");
            await File.WriteAllTextAsync(tests, s_tests.Replace("[ALERTS]", $"['{rules}']", StringComparison.Ordinal));

            var (code, said) = await Tools.Run(Tools.Promtool!, "test", "rules", tests);

            Assert.True(code == 0, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void EveryAlert_HasATestThatItFires_AndOneThatItIsQuiet()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(s_tests));
        var tested =
            (from test in (YamlSequenceNode)yaml.Documents[0].RootNode["tests"]
             from rule in (YamlSequenceNode)test["alert_rule_test"]
             select (Alert: ((YamlScalarNode)rule["alertname"]).Value!, Fires: ((YamlSequenceNode)rule["exp_alerts"]).Children.Count > 0)).ToHashSet();

        Assert.All(Alerts.All, alert => Assert.Contains((alert.Name, true), tested));
        Assert.All(Alerts.All, alert => Assert.Contains((alert.Name, false), tested));
        Assert.Equal(Alerts.All.Select(alert => alert.Name).Order(StringComparer.Ordinal), tested.Select(test => test.Alert).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryAlert_HasItsSectionInTheRunbook()
    {
        var runbook = File.ReadAllText(Path.Combine(Tools.Root, "docs", "runbook.md"));
        var sections = Section().Split(runbook)[1..].Select(section => section.Split('\n', 2)).ToDictionary(parts => parts[0].Trim(), parts => parts[1]);

        Assert.Equal(Alerts.All.Select(alert => alert.Name), sections.Keys.Where(name => name.StartsWith("Sweep", StringComparison.Ordinal)));
        Assert.All(Alerts.All, alert =>
        {
            Assert.Equal($"docs/runbook.md#{alert.Name.ToLowerInvariant()}", alert.Runbook);
            Assert.All(["**Means.**", "**Look first.**", "**Do.**"], part => Assert.Contains(part, sections[alert.Name], StringComparison.Ordinal));
            Assert.EndsWith(".", alert.Summary);
        });
    }

    [Fact]
    public void AlertsThatPanelsName_AreThere()
    {
        var known = Alerts.All.Select(alert => alert.Name).ToHashSet();

        Assert.All(
            Dashboards.Panels.SelectMany(one => AlertName().Matches(one.Panel["description"]?.GetValue<string>() ?? "")),
            name => Assert.Contains(name.Value, known));
    }

    [GeneratedRegex(@"        annotations:\n(?:          .*\n)+")]
    private static partial Regex Annotations();

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\bSweep[A-Z]\w+")]
    private static partial Regex AlertName();
}
