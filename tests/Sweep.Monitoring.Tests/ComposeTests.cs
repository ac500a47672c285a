using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Sweep.Monitoring.Tests;

/// <summary>The compose file, as far as it can be checked without Docker: that it names what there is, and opens nothing but loopback.</summary>
public sealed partial class ComposeTests
{
    private static readonly string s_folder = Path.Combine(Tools.Root, "deploy");
    private static readonly YamlNode s_compose = Read(Path.Combine(s_folder, "compose.yaml"));

    private static YamlMappingNode Services => (YamlMappingNode)s_compose["services"];

    [Fact]
    public void Images_ArePinnedByTag()
    {
        Assert.Equal(["silo", "azurite", "prometheus", "grafana"], Services.Children.Keys.Select(name => name.ToString()));
        Assert.All(Services.Children.Values, service => Assert.Matches(@"^[a-z0-9./-]+:v?\d+\.\d+\.\d+(-cpu)?$", service["image"].ToString()));
    }

    [Fact]
    public void Ports_AreOnLoopback() => Assert.All(
        Services.Children.Values.SelectMany(service => (YamlSequenceNode)service["ports"]),
        port => Assert.Matches(@"^127\.0\.0\.1:\d+:\d+$", port.ToString()));

    [Fact]
    public void Files_AreThere_AndVolumesAreDeclared()
    {
        var declared = ((YamlMappingNode)s_compose["volumes"]).Children.Keys.Select(name => name.ToString()).ToHashSet();
        foreach (var volume in Services.Children.Values.SelectMany(service => (YamlSequenceNode)service["volumes"]).Select(volume => volume.ToString()))
        {
            var source = volume.StartsWith("${", StringComparison.Ordinal) ? null : volume.Split(':')[0];
            Assert.True(
                source is null || (source[0] == '.' ? Path.Exists(Path.GetFullPath(source, s_folder)) : declared.Contains(source)),
                $"'{volume}' must name a file, a folder or a volume that there is.");
        }

        Assert.True(Directory.Exists(Path.GetFullPath(Services["silo"]["build"]["context"].ToString(), s_folder)));
        var dockerfile = File.ReadAllText(Path.GetFullPath(Path.Combine("..", Services["silo"]["build"]["dockerfile"].ToString()), s_folder));
        Assert.Contains($" AS {Services["silo"]["build"]["target"]}\n", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_AreOnesThatASiloKnows()
    {
        var (code, help) = await Tools.Run(Cluster.Tests.Checkout.Silo, "--help");
        Assert.Equal(0, code);
        var known = Variable().Matches(help).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.All(((YamlMappingNode)Services["silo"]["environment"]).Children.Keys, name => Assert.Contains(name.ToString(), known));
    }

    /// <summary>Where Prometheus looks is where the silo serves, and Grafana's data source is the one that the dashboards begin with.</summary>
    [Fact]
    public void Addresses_Meet()
    {
        var scraped = Read(Path.Combine(s_folder, "monitoring", "prometheus.yml"))["scrape_configs"][0]["static_configs"][0]["targets"][0].ToString();
        var source = Read(Path.Combine(s_folder, "monitoring", "grafana", "datasource.yaml"))["datasources"][0];
        var boards = Read(Path.Combine(s_folder, "monitoring", "grafana", "dashboards.yaml"))["providers"][0]["options"]["path"].ToString();

        Assert.Equal("silo" + Services["silo"]["environment"]["SWEEP_METRICS"].ToString()["0.0.0.0".Length..], scraped);
        Assert.Equal("http://prometheus:9090", source["url"].ToString());
        Assert.All(Dashboards.All, one => Assert.Equal(source["uid"].ToString(), one.Board["templating"]!["list"]![0]!["current"]!["value"]!.GetValue<string>()));
        Assert.Contains((YamlSequenceNode)Services["grafana"]["volumes"], volume => volume.ToString() == $"../helm/sweep/dashboards:{boards}:ro");
    }

    [ToolsFact]
    public async Task PrometheusSettings_AreCleanForPromtool()
    {
        var folder = Directory.CreateTempSubdirectory("sweep-compose-");
        try
        {
            // The rules lie elsewhere in the container.
            var settings = Path.Combine(folder.FullName, "prometheus.yml");
            await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(Path.Combine(s_folder, "monitoring", "prometheus.yml")))
                .Replace("/etc/prometheus/alerts", Path.GetDirectoryName(Alerts.File), StringComparison.Ordinal));

            var (code, said) = await Tools.Run(Tools.Promtool!, "check", "config", settings);

            Assert.True(code == 0, said);
            Assert.Contains(Alerts.All.Count + " rules found", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static YamlNode Read(string file)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(file);
        yaml.Load(text);
        return yaml.Documents[0].RootNode;
    }

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex Variable();
}
