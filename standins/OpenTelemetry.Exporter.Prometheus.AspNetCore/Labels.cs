using System.Globalization;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The labels of one series, in the order they came. Keys that escape to the same name have their values joined by semicolons.</summary>
internal sealed class Labels
{
    private readonly List<(string Name, string Value)> _labels = [];

    public bool IsEmpty => _labels.Count == 0;

    public static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    public void Add(string name, object? value)
    {
        var text = value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        var same = _labels.FindIndex(label => label.Name == name);
        if (same < 0)
        {
            _labels.Add((name, text));
        }
        else
        {
            _labels[same] = (name, $"{_labels[same].Value};{text}");
        }
    }

    public override string ToString() => string.Join(',', _labels.Select(label => $"{label.Name}=\"{Escape(label.Value, quotes: true)}\""));
}
