using System.Globalization;
using System.Text.Json.Nodes;

namespace Sweep.Planning.Schema;

/// <summary>Lays a range with a count out as values.</summary>
internal static class AxisLayout
{
    /// <summary>The largest whole number below which every whole number is a double.</summary>
    public const double LargestWhole = 9_007_199_254_740_992;

    /// <summary>
    /// Digits that laid-out values keep: powers may differ in the last bits between machines, and the values are part of stage ids.
    /// </summary>
    private const string LaidOutFormat = "G12";

    /// <param name="low">The first value.</param>
    /// <param name="high">The last value.</param>
    /// <param name="count">How many, at least 2.</param>
    /// <param name="log">Whether in equal ratios.</param>
    /// <param name="whole">Whether to the nearest whole numbers, each once.</param>
    public static JsonArray Of(double low, double high, int count, bool log, bool whole)
    {
        var values = Enumerable.Range(0, count).Select(i => At(i, low, high, count, log));
        return whole
            ? new JsonArray([.. values.Select(value => (long)Math.Round(value, MidpointRounding.AwayFromZero)).Distinct().Select(value => JsonValue.Create(value))])
            : new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
    }

    private static double At(int i, double low, double high, int count, bool log)
    {
        if (i == 0 || i == count - 1)
        {
            return i == 0 ? low : high;
        }

        var t = (double)i / (count - 1);
        var value = log ? low * Math.Pow(high / low, t) : low + (high - low) * t;
        return double.Parse(value.ToString(LaidOutFormat, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
