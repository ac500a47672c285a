using System.Globalization;

namespace Sweep.Planning;

/// <summary>The hypervolume that experiments are timed to: a number, or a share of what the best of them reached.</summary>
/// <param name="Value">In (0, 1].</param>
/// <param name="OfBest">Whether it is a share.</param>
public readonly record struct TargetVolume(double Value, bool OfBest)
{
    /// <summary>For example <c>0.41</c> or <c>95%</c>.</summary>
    /// <returns>Null for what is neither.</returns>
    public static TargetVolume? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var share = text.EndsWith('%');
        return double.TryParse(share ? text[..^1].TrimEnd() : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (share ? number / 100 : number) is > 0 and <= 1 and var value ? new TargetVolume(value, share) : null;
    }

    public double In(double best) => OfBest ? Value * best : Value;
}
