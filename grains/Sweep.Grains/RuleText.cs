using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sweep.Grains;

/// <summary>The text of a rule that a message must keep, made only where it does not: each message passes tens of rules.</summary>
[InterpolatedStringHandler]
internal ref struct RuleText
{
    private DefaultInterpolatedStringHandler _text;

    public RuleText(int literalLength, int formattedCount, bool holds, out bool isBroken)
    {
        isBroken = !holds;
        _text = isBroken ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
