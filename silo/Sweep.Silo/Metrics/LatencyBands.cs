using System.Globalization;

namespace Sweep.Silo.Metrics;

/// <summary>
/// Turns counts in bands, told as totals, into measurements: as many in each band as have come since the last time, placed in their bands
/// so that all together have the sum that was told. A histogram with the bands' edges counts them exactly.
/// </summary>
internal sealed class LatencyBands
{
    /// <summary>Milliseconds; upper edges of the bands, the last one's excepted, which has none.</summary>
    public static readonly double[] Edges = [1, 2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1500, 2000, 5000, 10000, 15000];

    private readonly long[] _counted = new long[Edges.Length + 1];
    private double _summed;

    /// <param name="label">As Orleans writes it: <c>200ms</c>, or a number beyond all edges.</param>
    /// <returns>Null for what is no band.</returns>
    public static int? BandOf(string label)
    {
        if (!label.EndsWith("ms", StringComparison.Ordinal)
            || !double.TryParse(label.AsSpan(0, label.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var edge))
        {
            return null;
        }

        var band = Array.FindIndex(Edges, known => edge <= known);
        return band < 0 ? Edges.Length : band;
    }

    /// <param name="totals">Of each band, since the silo started.</param>
    /// <param name="sum">Of all, in milliseconds.</param>
    /// <returns>How many measurements of which value, in milliseconds.</returns>
    public IReadOnlyList<(long Count, double Value)> Since(IReadOnlyList<long> totals, double sum)
    {
        var fresh = totals.Select((total, band) => total - _counted[band]).ToArray();
        var missing = sum - _summed;
        totals.ToArray().CopyTo(_counted, 0);
        _summed = sum;
        if (fresh[^1] > 0)
        {
            // What is beyond the last edge has no upper one: it gets what the others leave.
            var others = fresh[..^1].Select((count, band) => count * (Low(band) + Edges[band]) / 2).Sum();
            var beyond = Math.Max(Edges[^1] + 1, (missing - others) / fresh[^1]);
            return [.. Placed(fresh[..^1], 0.5), (fresh[^1], beyond)];
        }

        var low = fresh[..^1].Select((count, band) => count * Low(band)).Sum();
        var width = fresh[..^1].Select((count, band) => count * (Edges[band] - Low(band))).Sum();

        // A value on a band's lower edge would count in the band below.
        return Placed(fresh[..^1], width == 0 ? 1 : Math.Clamp((missing - low) / width, 1e-3, 1));
    }

    private static double Low(int band) => band == 0 ? 0 : Edges[band - 1];

    private static List<(long Count, double Value)> Placed(IReadOnlyList<long> counts, double place) =>
    [
        .. counts.Select((count, band) => (count, Low(band) + place * (Edges[band] - Low(band)))).Where(one => one.count > 0),
    ];
}
