using System.Globalization;
using System.Text;

namespace Sweep.Grains;

/// <summary>
/// Words of others, for terminals and logs. A name, a path or an engine's last words may hold what a terminal obeys, what begins a line
/// that looks like the log's own, or what turns the writing around; here it is only seen.
/// </summary>
public static class VisibleText
{
    private const char Tab = '\t';
    private const char NewLine = '\n';

    /// <summary>Each such character as <c>\u001b</c>, line breaks and tabs too.</summary>
    public static string OfLine(string text) => Of(text, keepLines: false);

    /// <summary>The same, but line breaks and tabs stay.</summary>
    public static string OfLines(string text) => Of(text, keepLines: true);

    private static string Of(string text, bool keepLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EnumerateRunes().Any(rune => IsObeyed(rune, keepLines)) && !HasHalfPairs(text))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var isWhole = Rune.TryGetRuneAt(text, i, out var rune);
            if (isWhole && !IsObeyed(rune, keepLines))
            {
                visible.Append(text, i, rune.Utf16SequenceLength);
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
        }

        return visible.ToString();
    }

    private static bool HasHalfPairs(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return true;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return false;
    }

    /// <summary>Control characters, and the marks that set the direction of writing (Unicode TR9) or end a line.</summary>
    private static bool IsObeyed(Rune rune, bool keepLines) => rune.Value switch
    {
        Tab or NewLine => !keepLines,
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200E or 0x200F or 0x061C or 0x2028 or 0x2029 => true,
        _ => Rune.IsControl(rune),
    };
}
