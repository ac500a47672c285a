using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Sweep.Planning.Report;

/// <summary>Markup that is safe to send. Made by interpolation, which encodes every hole that is not itself <see cref="Html"/>.</summary>
internal readonly record struct Html(string Text)
{
    public static Html Empty { get; } = new("");

    public static Html Of(HtmlHandler markup) => new(markup.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Text)));

    /// <summary>The markup when the condition holds, nothing otherwise.</summary>
    public static Html If(bool condition, Func<Html> markup) => condition ? markup() : Empty;

    public override string ToString() => Text;
}

/// <summary>Writes an interpolated string as markup: literals as they are, values encoded, numbers invariant with at most two decimals.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlHandler(int literalLength, int formattedCount)
{
    /// <summary>The page is UTF-8: letters of other scripts, dashes and signs stand as they are.</summary>
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Html markup) => _text.Append(markup.Text);

    public void AppendFormatted(string? value) => _text.Append(s_encoder.Encode(value ?? ""));

    public void AppendFormatted(double value) => _text.Append(value.ToString("0.##", CultureInfo.InvariantCulture));

    public void AppendFormatted(long value) => _text.Append(value.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
