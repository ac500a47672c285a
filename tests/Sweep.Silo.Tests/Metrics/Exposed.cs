using System.Globalization;
using System.Text.RegularExpressions;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>One line of Prometheus' text format.</summary>
public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>A scrape, read as Prometheus reads it: anything that is not the text format fails.</summary>
public sealed partial class Exposed
{
    private readonly List<Sample> _samples = [];

    public Exposed(string text)
    {
        Text = text;
        Assert.EndsWith("\n", text);
        string? family = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.True(Types.TryAdd(words[2], words[3]), $"{words[2]} must be told once, but is twice.");
                family = words[2];
            }
            else if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                Assert.Equal(family, line.Split(' ')[2]);
            }
            else
            {
                var match = Line().Match(line);
                Assert.True(match.Success, $"A line must be a sample, but is '{line}'.");
                var name = match.Groups["name"].Value;
                Assert.StartsWith(family!, name);
                var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(label => label.Groups["key"].Value, label => Unescape(label.Groups["value"].Value));
                _samples.Add(new Sample(name, labels, double.Parse(match.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
            }
        }

        Assert.Equal(_samples.Count, _samples.Select(sample => sample.Name + string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))).Distinct().Count());
    }

    public string Text { get; }

    /// <summary>Type by family.</summary>
    public Dictionary<string, string> Types { get; } = [];

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>The samples of this name that have all of these labels.</summary>
    public IReadOnlyList<Sample> Of(string name, params (string Label, string Value)[] labels) =>
        [.. _samples.Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value))];

    public double Sum(string name, params (string Label, string Value)[] labels) => Of(name, labels).Sum(sample => sample.Value);

    private static string Unescape(string text) => Escape().Replace(text, match => match.Value == "\\n" ? "\n" : match.Value[1..]);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*)\})? (?<value>\S+)$""")]
    private static partial Regex Line();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("""\\[n"\\]""")]
    private static partial Regex Escape();
}
