using System.Globalization;
using System.Text;
using Spectre.Console;
using Sweep.Grains;

namespace Sweep.Client.Watching.Screens;

/// <summary>The characters that a terminal can show. What it would obey is only seen.</summary>
internal sealed class Alphabet
{
    private static readonly Dictionary<string, string> s_plain = new(StringComparer.Ordinal)
    {
        ["λ"] = "lambda",
        ["ρ"] = "rho",
        ["×"] = "x",
        ["±"] = "+-",
        ["…"] = "~",
        ["·"] = ".",
        ["●"] = "*",
        ["◉"] = "@",
        ["◆"] = "#",
        ["━"] = "=",
        ["─"] = "-",
        ["┤"] = "|",
        ["└"] = "+",
        ["▸"] = ">",
        ["▲"] = "^",
        ["▼"] = "v",
        ["↑"] = "^",
        ["↓"] = "v",
        ["–"] = "-",
        ["—"] = "-",
        ["’"] = "'",
    };

    private readonly bool _plain;

    private Alphabet(bool plain) => _plain = plain;

    public static Alphabet Unicode { get; } = new(plain: false);

    /// <summary>ASCII: what it lacks is written with what it has.</summary>
    public static Alphabet Plain { get; } = new(plain: true);

    /// <summary>By the locale, in the order of POSIX. Without any, terminals of today are taken to know UTF-8.</summary>
    public static Alphabet Of(Func<string, string?> variable)
    {
        var locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG");
        var encoding = locale?.Replace("-", "", StringComparison.Ordinal);
        return encoding is null || encoding.Contains("UTF8", StringComparison.OrdinalIgnoreCase) ? Unicode : Plain;
    }

    /// <summary>One line of it.</summary>
    public string Of(string text)
    {
        var visible = VisibleText.OfLine(text);
        if (!_plain || Ascii.IsValid(visible))
        {
            return visible;
        }

        var written = new StringBuilder(visible.Length);
        foreach (var rune in visible.EnumerateRunes())
        {
            written.Append(rune.IsAscii ? rune.ToString() : s_plain.GetValueOrDefault(rune.ToString(), "?"));
        }

        return written.ToString();
    }

    /// <summary>As much as fits, the last cell a mark where something is left out.</summary>
    /// <param name="text">Already of this alphabet.</param>
    /// <param name="cells">Of the terminal; some characters take two.</param>
    public string Cut(string text, int cells)
    {
        if (cells <= 0)
        {
            return "";
        }

        if (WidthOf(text) <= cells)
        {
            return text;
        }

        var kept = new StringBuilder(cells);
        var width = 0;
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            var element = elements.GetTextElement();
            width += WidthOf(element);
            if (width > cells - 1)
            {
                break;
            }

            kept.Append(element);
        }

        return kept.Append(Of("…")).ToString();
    }

    public static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.GetCellWidth();
}
