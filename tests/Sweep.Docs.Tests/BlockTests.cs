using System.Text.RegularExpressions;
using Sweep.Planning;

namespace Sweep.Docs.Tests;

/// <summary>What the documents tell a reader to type or to paste is taken by what they type it into.</summary>
public sealed partial class BlockTests
{
    private static readonly string[] s_programs = ["sweep", "./sweep", "sweep-silo"];

    [Fact]
    public void Commands_AreTakenByTheParser()
    {
        var calls = Page.All.SelectMany(page => page.Blocks).Where(block => block.IsShell)
            .SelectMany(block => ShellText.CallsOf(block.Text, s_programs).Select(words => (Block: block, Words: words))).ToList();
        Assert.True(calls.Count > 60, $"Only {calls.Count} commands were found.");
        AssertNone(calls.SelectMany(call => CommandLine.Faults(call.Words).Select(fault => $"{call.Block}: {string.Join(' ', call.Words)}: {fault}")));
    }

    [Fact]
    public void CommandsInSentences_AreKnown()
    {
        var mentions = Page.All.SelectMany(page => InlineCode().Matches(page.Prose)
            .SelectMany(match => ShellText.CallsOf(match.Groups[1].Value.ReplaceLineEndings(" "), s_programs).Select(words => (page.Name, Words: words)))).ToList();
        Assert.True(mentions.Count > 60, $"Only {mentions.Count} commands were found.");
        AssertNone(mentions.SelectMany(mention => CommandLine.FaultsOfMention(mention.Words).Select(fault => $"{mention.Name}: `{string.Join(' ', mention.Words)}`: {fault}")));
    }

    /// <summary>A block of shell runs in <see cref="PageRunTests"/>, or says why not.</summary>
    [Fact]
    public void ShellBlocks_RunOrSayWhyNot()
    {
        var blocks = Page.All.SelectMany(page => page.Blocks).ToList();
        Assert.All(blocks, block => Assert.DoesNotContain(block.Language, new[] { "bash", "shell", "console" }));
        Assert.All(blocks.Where(block => block.IsShell), block => Assert.True(
            block.Treatment is "" or "background" || block.Argument("exits") is { Length: > 0 } || block.Argument("with") is { Length: > 0 } || block.Argument("not-run") is { Length: > 8 },
            $"{block}: a shell block runs, or says 'not-run: why', but says '{block.Treatment}'."));
    }

    /// <summary>Every block that says it is a sweep file is one: it is read, and its trials or its search are laid out.</summary>
    [Fact]
    public void SweepFiles_AreReadAndPlanned()
    {
        var files = SweepFiles().ToList();
        Assert.True(files.Count >= 4, $"Only {files.Count} sweep files were found.");
        Assert.All(files, file =>
        {
            var outlook = TrialOutlook.Of(SweepSpecReader.Read(file.Text, file.ToString()));
            Assert.True(outlook.Trials > 0, $"{file} has no trial.");
        });
    }

    /// <summary>The log is linked, too: what it says of its time stays, where it says it must not go.</summary>
    [Fact]
    public void Links_LeadSomewhere()
    {
        List<string> broken = [];
        foreach (var page in Page.All)
        {
            foreach (Match link in Link().Matches(InlineCode().Replace(page.Prose, "`")))
            {
                var (file, anchor) = link.Groups[1].Value.Split('#', 2) is [var before, var after] ? (before, after) : (link.Groups[1].Value, null);
                var target = file.Length == 0 ? page.Name : Path.Combine(Path.GetDirectoryName(page.Name)!, file);
                var path = Path.Combine(Checkout.Root, target);
                if (!Path.Exists(path) || (anchor is not null && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(File.ReadAllText(path)).Contains(anchor)))
                {
                    broken.Add($"{page.Name}: {link.Groups[1].Value}");
                }
            }
        }

        AssertNone(broken);
    }

    /// <summary>Nobody has to know of a page to find it.</summary>
    [Fact]
    public void Index_NamesEveryPage()
    {
        var index = Page.Named(Path.Combine("docs", "README.md"));
        var linked = Link().Matches(index.Prose).Select(link => Path.GetFullPath(Path.Combine(Checkout.Docs, link.Groups[1].Value.Split('#')[0]))).ToHashSet();
        var pages = Page.All.Select(page => page.Name).Where(name => name is not "README.md" && name != index.Name && !name.Contains("decisions", StringComparison.Ordinal));
        Assert.All(pages, name => Assert.Contains(Path.Combine(Checkout.Root, name), linked));
    }

    private static IEnumerable<Block> SweepFiles()
    {
        foreach (var block in Page.All.SelectMany(page => page.Blocks).Where(block => block.Text.Contains("apiVersion: sweep/v1", StringComparison.Ordinal)))
        {
            if (block.Language == "yaml")
            {
                yield return block;
            }

            // In a here-document.
            foreach (Match match in HereDocument().Matches(block.IsShell ? block.Text : ""))
            {
                // What the shell would fill in is a digest.
                yield return block with { Text = ShellVariable().Replace(match.Groups["text"].Value, new string('0', 64)) };
            }
        }
    }

    /// <summary>As the host of the documents makes them of headings.</summary>
    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(text).Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    /// <summary>Shows every one of them in full.</summary>
    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex ShellVariable();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"<<'?(?<mark>\w+)'?[^\n]*\n(?<text>.*?)^\k<mark>$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex HereDocument();
}
