using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sweep.Chart.Tests;

/// <summary>The images are what the chart's pods expect: non-root, without shells in the way of signals, of one libtorch.</summary>
public class ImageTests
{
    private static string Dockerfile => Checkout.Read("deploy", "Dockerfile");

    [ToolFact]
    public async Task Linter_HasNothingToSay()
    {
        Assert.Empty(await Lint(Path.Combine(Checkout.Root, "deploy", "Dockerfile")));
        using var folder = new Folder();
        string[] expected = ["2: Unknown instruction: COPPY"];
        Assert.Equal(expected, await Lint(folder.Write("Dockerfile", "FROM scratch\nCOPPY a b\n")));
    }

    [Theory]
    [InlineData("control")]
    [InlineData("worker")]
    public void FinalStages_RunAsTheChartsUser_AndHearSignals(string target)
    {
        var stage = Stage(target);
        Assert.Contains("\nUSER 1654:1654\n", stage, StringComparison.Ordinal);
        Assert.Contains("\nSTOPSIGNAL SIGTERM\n", stage, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"/opt/sweep/silo/sweep-silo\"]\n", stage, StringComparison.Ordinal);
        Assert.DoesNotContain("HEALTHCHECK", stage, StringComparison.Ordinal);
        Assert.All(["title", "description", "licenses", "version", "revision"], label => Assert.Contains($"org.opencontainers.image.{label}=", stage, StringComparison.Ordinal));

        // Nothing of the product belongs to the user that runs it.
        Assert.DoesNotContain("--chown", stage, StringComparison.Ordinal);

        // The ports are the chart's.
        var values = ValuesTable.Read(Checkout.Read("helm", "sweep", "values.yaml")).ToDictionary(value => value.Path, value => value.Default);
        string[] ports = [values["http.port"], values["ports.metrics"], values["ports.silo"], values["ports.gateway"]];
        Assert.Contains($"\nEXPOSE {string.Join(' ', ports)}\n", stage, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_HasNothingOfTheEngine()
    {
        Assert.DoesNotContain("engine", Stage("control").Split("FROM")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", Stage("control"), StringComparison.Ordinal);
    }

    /// <summary>The order is what makes another Sweep of the same libtorch a matter of megabytes.</summary>
    [Fact]
    public void Worker_HasItsLibtorchInALayerOfItsOwn_BelowWhatChanges()
    {
        var copies = Regex.Matches(Stage("worker"), "^COPY --from=(\\w+)", RegexOptions.Multiline).Select(copy => copy.Groups[1].Value);
        Assert.Equal(["libtorch", "published", "engine"], copies);
        var copied = Regex.Matches(Stage("libtorch"), "^COPY (.*)$", RegexOptions.Multiline).Select(copy => copy.Groups[1].Value);
        Assert.Equal(["deploy/libtorch/libtorch.csproj ."], copied);
        Assert.DoesNotContain("NVIDIA_VISIBLE_DEVICES", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_IsThatOfTheEngine()
    {
        var version = XDocument.Parse(Checkout.Read("Directory.Packages.props")).Descendants("TorchSharpVersion").Single().Value;
        Assert.Contains($"\nARG TORCHSHARP_VERSION={version}\n", Dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Bases_AreNamedOnce_WithAVersion()
    {
        var bases = Regex.Matches(Dockerfile, "^ARG (\\w+_IMAGE)=(\\S+)$", RegexOptions.Multiline).ToDictionary(arg => arg.Groups[1].Value, arg => arg.Groups[2].Value);
        Assert.Equal(["CONTROL_IMAGE", "SDK_IMAGE", "WORKER_IMAGE"], bases.Keys.Order());
        Assert.All(bases.Values, image => Assert.Matches(@":10\.0-noble$", image));
        Assert.All(
            Regex.Matches(Dockerfile, "^FROM (\\S+)", RegexOptions.Multiline).Select(from => from.Groups[1].Value),
            from => Assert.Matches(@"^(\$\{\w+_IMAGE\}|restored)$", from));
    }

    /// <summary>Whatever a build needs is let in, and what has secrets, results or gigabytes is not.</summary>
    [Fact]
    public void Context_IsSourcesAlone()
    {
        var lines = Checkout.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        Assert.Equal("*", lines[0]);
        Assert.Equal(
            [".editorconfig", "Directory.*", "LICENSE", "client", "deploy/libtorch", "engine", "global.json", "grains", "silo", "standins"],
            lines.Where(line => line[0] == '!').Select(line => line[1..]).Order(StringComparer.Ordinal));
        Assert.All(["**/bin", "**/obj", "**/.*"], pattern => Assert.Contains(pattern, lines));
    }

    private static string Stage(string target) =>
        Regex.Match(Dockerfile, $@"^FROM \S+ AS {target}\n.*?(?=^FROM |\z)", RegexOptions.Multiline | RegexOptions.Singleline).Value;

    private static async Task<string[]> Lint(string path) => JsonSerializer.Deserialize<string[]>(
        (await Tool.Run(Tool.Node!, [Path.Combine(Checkout.Tests, "check-dockerfile.mjs"), Checkout.Tools, path])).Good())!;
}
