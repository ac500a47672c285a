namespace Sweep.Client.Watching.Screens;

/// <summary>What the keys do, in words: all of them for the help, the most wanted for the last line of a screen.</summary>
internal static class KeyHelp
{
    private const int KeyColumn = 26;

    private static readonly (string Keys, string Meaning)[] s_moving =
    [
        ("arrows, j k", "move"),
        ("PgUp PgDn, Home End, g G", "move by screens, to the ends"),
        ("Enter", "open what the cursor is on"),
        ("Esc", "back; in a list: all trials again"),
    ];

    private static readonly (string Keys, string Meaning)[] s_leaving =
    [
        ("?", "this help, and back"),
        ("q", "leave"),
        ("Ctrl+C", "leave at once"),
    ];

    public static IReadOnlyList<(string Keys, string Meaning)> Experiment { get; } =
    [
        .. s_moving,
        ("Tab, Shift+Tab, 1 to 5", "overview, trials, front, devices, failures"),
        ("s S", "sort the trials by the next column, the one before"),
        ("r", "turn the order round"),
        ("f F", "show all, running, complete, failed, stopped or waiting trials, those on the front"),
        ("/", "show trials with these words: vtp sparsity=0.4; Enter keeps, Esc forgets them"),
        ("p", "pause the experiment, or let it go on"),
        ("x", "on an open trial: stop it"),
        ("t", "on an open trial that failed or was stopped: try it once more"),
        .. s_leaving,
    ];

    public static IReadOnlyList<(string Keys, string Meaning)> Cluster { get; } =
    [
        .. s_moving,
        ("Tab, Shift+Tab, 1 to 3", "overview, experiments, devices"),
        ("s S", "sort the experiments by the next column, the one before"),
        ("r", "turn the order round"),
        ("f F", "show all, running, paused or ended experiments"),
        ("/", "show experiments with these words in the name"),
        ("p", "pause the experiment, or let it go on"),
        .. s_leaving,
    ];

    /// <summary>The last line of a screen: as many keys as fit, the way out first.</summary>
    public static ScreenLine Footer(Paper paper, params (string Key, string Meaning)[] keys)
    {
        var line = paper.Line(" ");
        foreach (var (key, meaning) in keys)
        {
            var gap = line.Width > 1 ? "  " : "";
            if (line.Width + gap.Length + paper.Alphabet.Of(key).Length + 1 + meaning.Length > paper.Width)
            {
                break;
            }

            line.Put(gap).Put(key, Ink.Strong).Put($" {meaning}", Ink.Faint);
        }

        return line;
    }

    public static IEnumerable<ScreenLine> Lines(Paper paper, IReadOnlyList<(string Keys, string Meaning)> keys)
    {
        var column = Math.Min(KeyColumn, paper.Width / 2);
        foreach (var (key, meaning) in keys)
        {
            var first = true;
            foreach (var part in (paper with { Width = Math.Max(paper.Width - column - 3, 8) }).Wrapped(meaning, indent: 0))
            {
                yield return paper.Line("  ").Put(first ? paper.Alphabet.Cut(key, column - 1) : "", Ink.Strong).PadTo(column + 2).Put(part);
                first = false;
            }
        }
    }
}
