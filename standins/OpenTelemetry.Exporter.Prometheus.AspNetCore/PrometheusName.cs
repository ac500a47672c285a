using System.Text;
using System.Text.RegularExpressions;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Names as Prometheus wants them: the rules of OpenTelemetry's "Prometheus and OpenMetrics compatibility" page with underscore escaping
/// and suffixes.
/// </summary>
internal static partial class PrometheusName
{
    /// <summary>The family's name: the metric's, its unit spelled out, and <c>_total</c> where the family is a counter.</summary>
    public static string Of(string name, string unit, bool isCounter, bool withTotal)
    {
        var family = Clean(name, trim: false);
        if (UnitWord(unit) is { Length: > 0 } word && !family.EndsWith(word, StringComparison.Ordinal)
            && !(isCounter && family.EndsWith(word + "_total", StringComparison.Ordinal)))
        {
            family += "_" + word;
        }

        return isCounter && withTotal && !family.EndsWith("_total", StringComparison.Ordinal) ? family + "_total" : family;
    }

    /// <summary>A label's name: no colon, no leading digit.</summary>
    public static string Label(string name)
    {
        var clean = Clean(name, trim: false).Replace(':', '_');
        return clean.Length == 0 ? "_" : clean;
    }

    /// <summary>Runs of anything but letters, digits and colons become one underscore.</summary>
    private static string Clean(string text, bool trim)
    {
        var clean = new StringBuilder(text.Length + 1);
        if (!trim && text.Length > 0 && char.IsAsciiDigit(text[0]))
        {
            clean.Append('_');
            text = text[1..];
        }

        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':')
            {
                clean.Append(c);
            }
            else if (clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        return trim ? clean.ToString().Trim('_') : clean.ToString();
    }

    private static string UnitWord(string unit)
    {
        var bare = Annotation().Replace(unit, "");
        var slash = bare.IndexOf('/', StringComparison.Ordinal);
        return Clean(slash >= 0 && slash < bare.Length - 1 ? $"{Word(bare[..slash])}_per_{PerWord(bare[(slash + 1)..])}" : Word(bare), trim: true);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Annotation();

    private static string Word(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" or "B" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" or "KB" => "kilobytes",
        "MBy" or "MB" => "megabytes",
        "GBy" or "GB" => "gigabytes",
        "TBy" or "TB" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "1" => "",
        "%" => "percent",
        "$" => "dollars",
        _ => unit,
    };

    private static string PerWord(string unit) => unit switch
    {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => unit,
    };
}
