namespace Sweep.Planning.Report;

/// <summary>A linear axis of a plot: values of [Low, High] onto [From, To] in units of the picture, with round ticks.</summary>
internal sealed record PlotScale(double Low, double High, double From, double To, IReadOnlyList<double> Ticks)
{
    private static readonly double[] s_rounds = [1, 2, 2.5, 5, 10];

    /// <summary>An axis that covers the values, widened to round ticks.</summary>
    public static PlotScale Around(double low, double high, double from, double to, int about)
    {
        if (high - low < 1e-12)
        {
            var margin = Math.Max(Math.Abs(high) * 0.05, 1e-3);
            (low, high) = (low - margin, high + margin);
        }

        var step = Step((high - low) / about);
        var (first, last) = (Math.Floor(low / step + 1e-9), Math.Ceiling(high / step - 1e-9));
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step).ToList();
        return new PlotScale(ticks[0], ticks[^1], from, to, ticks);
    }

    /// <summary>The position of a value; values outside stand at the edge.</summary>
    public double At(double value) => From + (Math.Clamp(value, Low, High) - Low) / (High - Low) * (To - From);

    /// <summary>The smallest of 1, 2, 2.5, 5 times a power of ten that is at least the rough step.</summary>
    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return s_rounds.Select(round => round * power).First(step => step >= rough * (1 - 1e-9));
    }
}
