using System.Text.RegularExpressions;

namespace Sweep.Chart.Tests;

/// <summary>What the how-to tells a reader to type is taken by both helm binaries.</summary>
public class HowToTests
{
    /// <summary>Flags about waiting and looking: rendering has none of them, so they are looked up in the command's help.</summary>
    private static readonly string[] s_aboutClusters = ["--wait", "--timeout", "--logs"];

    private static readonly string s_text = Checkout.Read("docs", "how-to", "kubernetes.md");

    public static TheoryData<string> Commands => new(Lines());

    [Fact]
    public void HowTo_HasEveryStepOfARelease() => Assert.Subset(
        Lines().Select(line => line.Split(' ')[1]).ToHashSet(),
        new HashSet<string> { "install", "upgrade", "rollback", "test", "template", "lint", "uninstall" });

    [ToolTheory]
    [MemberData(nameof(Commands))]
    public async Task Command_IsTakenByBothHelms(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var version in new[] { 3, 4 })
        {
            var help = (await Tool.Run(Helm.Path(version), [words[1], "--help"])).Good();
            Assert.All(words.Where(word => word.StartsWith("--", StringComparison.Ordinal)), flag => Assert.Matches($@"(?m)^\s+(-\w, )?{Regex.Escape(flag)}\b", help));
            if (words[1] is "install" or "upgrade" or "template" or "lint")
            {
                (await Tool.Run(Helm.Path(version), Offline(words), s_values.Value.Path)).Good();
            }
        }
    }

    /// <summary>The values of the how-to, and the chart where the commands expect it.</summary>
    private static readonly Lazy<Folder> s_values = new(() =>
    {
        var folder = new Folder();
        foreach (var block in Blocks("yaml"))
        {
            folder.Write(Regex.Match(block, @"^# (\S+\.yaml)\n").Groups[1].Value, block);
        }

        Directory.CreateDirectory(Path.Combine(folder.Path, "helm"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "helm", "sweep"), Checkout.Chart);
        return folder;
    });

    /// <summary>Installing and upgrading as rendering: the same chart, values and names, for a cluster that has every operator.</summary>
    private static IEnumerable<string> Offline(string[] words)
    {
        var lints = words[1] == "lint";
        yield return lints ? "lint" : "template";
        for (var i = 2; i < words.Length; i++)
        {
            if (words[i] == "--timeout")
            {
                i++;
            }
            else if (!s_aboutClusters.Contains(words[i]))
            {
                yield return words[i];
            }
        }

        if (words[1] is "install" or "upgrade")
        {
            foreach (var flag in Helm.ApiFlags(Helm.AllApis))
            {
                yield return flag;
            }
        }
    }

    private static string[] Lines() => [.. Blocks("sh").SelectMany(block => block.Split('\n')).Where(line => line.StartsWith("helm ", StringComparison.Ordinal)).Distinct()];

    private static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(s_text, $"^```{language}[^\\n]*\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(block => block.Groups[1].Value);
}
