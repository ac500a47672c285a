using System.Text.RegularExpressions;

namespace Sweep.Docs.Tests;

/// <summary>A page of the documents.</summary>
/// <param name="Name">Its path in the checkout.</param>
/// <param name="Text">As it is written.</param>
internal sealed partial record Page(string Name, string Text)
{
    /// <summary>README.md and all of docs. The log is a record of what was done at its time, not something to follow.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. Directory.EnumerateFiles(Checkout.Docs, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Checkout.Root, path))
            .Prepend("README.md")
            .Where(name => name != Path.Combine("docs", "LOG.md"))
            .Order(StringComparer.Ordinal)
            .Select(name => new Page(name, File.ReadAllText(Path.Combine(Checkout.Root, name)))),
    ];

    public static Page Named(string name) => All.Single(page => page.Name == name);

    /// <summary>Its fenced blocks, in order.</summary>
    public IReadOnlyList<Block> Blocks { get; } =
    [
        .. Fence().Matches(Text).Select(match => new Block(
            Name,
            1 + Text.AsSpan(0, match.Index).Count('\n'),
            match.Groups["language"].Value,
            match.Groups["treatment"].Value.Trim(),
            Unindented(match.Groups["text"].Value, match.Groups["indent"].Length))),
    ];

    /// <summary>The text with its fenced blocks blanked, so that lines keep their numbers.</summary>
    public string Prose { get; } = Fence().Replace(Text, match => new string('\n', match.Value.Count(letter => letter == '\n')));

    private static string Unindented(string text, int columns) => columns == 0
        ? text
        : string.Join('\n', text.Split('\n').Select(line => line.Length >= columns ? line[columns..] : line.TrimStart()));

    [GeneratedRegex("^(?<indent> *)```(?<language>\\S*)(?<treatment>[^\\n]*)\\n(?<text>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}

/// <summary>A fenced block.</summary>
/// <param name="Page">The page's path in the checkout.</param>
/// <param name="Line">Of its first fence, from 1.</param>
/// <param name="Language">The first word behind the fence.</param>
/// <param name="Treatment">
/// What follows it. Of a shell block: nothing (it runs), <c>not-run: why</c> (its commands are parsed), <c>exits: N</c>, <c>background</c> (a silo that
/// stays until the page ends; what follows waits until it is ready) or <c>with: tool</c> (it, and what follows it, runs where the tool is).
/// </param>
/// <param name="Text">Its lines.</param>
internal sealed record Block(string Page, int Line, string Language, string Treatment, string Text)
{
    public bool IsShell => Language == "sh";

    public bool Runs => IsShell && Argument("not-run") is null;

    public bool InBackground => Treatment == "background";

    /// <summary>The code it ends with.</summary>
    public int ExitCode => Argument("exits") is { } code ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>What it needs beside Sweep.</summary>
    public string? Tool => Argument("with");

    public override string ToString() => $"{Page}:{Line}";

    /// <summary>Null where the treatment is another one.</summary>
    public string? Argument(string word) => Treatment.StartsWith(word + ":", StringComparison.Ordinal) ? Treatment[(word.Length + 1)..].Trim() : null;
}
