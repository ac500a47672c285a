using System.Text;

namespace Sweep.Chart.Tests;

/// <summary>One value that can be set: where it stands, what it is when nothing is said, and the comment above it.</summary>
internal sealed record ChartValue(string Path, string Default, string Comment);

/// <summary>
/// Reads the chart's values with their comments. The file keeps to a form: two spaces a level, one key a line, the comment directly above its
/// key, deeper structures than that in flow style.
/// </summary>
internal static class ValuesTable
{
    /// <summary>Values and the groups they stand in; a group has no default.</summary>
    public static IReadOnlyList<ChartValue> Read(string yaml)
    {
        List<ChartValue> values = [];
        List<string> path = [];
        var comment = new StringBuilder();
        var lines = yaml.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].TrimStart();
            var level = (lines[i].Length - text.Length) / 2;
            if (text.Length == 0)
            {
                // What the file begins with is no value's.
                comment.Clear();
            }
            else if (text.StartsWith("# ", StringComparison.Ordinal))
            {
                comment.Append(comment.Length > 0 ? " " : "").Append(text[2..]);
            }
            else if (text.StartsWith("- ", StringComparison.Ordinal))
            {
                var owner = values[^1];
                values[^1] = owner with { Default = owner.Default + (owner.Default.Length > 0 ? ", " : "") + text[2..] };
            }
            else
            {
                var (key, value) = text.Split(':', 2) is [var left, var right] ? (left, right.Trim()) : throw new FormatException($"values.yaml:{i + 1} must be 'key: value', but is '{text}'.");
                path.RemoveRange(level, path.Count - level);
                path.Add(key);
                values.Add(new ChartValue(string.Join('.', path), value, comment.ToString()));
                comment.Clear();
            }
        }

        return values;
    }

    /// <summary>The README's table.</summary>
    public static string Table(string yaml)
    {
        var table = new StringBuilder("| value | default | what |\n|---|---|---|\n");
        foreach (var value in Read(yaml))
        {
            var shown = value.Default.Length == 0 ? "" : $"`{value.Default.Replace("|", "\\|", StringComparison.Ordinal)}`";
            var name = shown.Length == 0 ? $"**`{value.Path}`**" : $"`{value.Path}`";
            table.Append($"| {name} | {shown} | {value.Comment.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return table.ToString();
    }
}
