namespace Sweep.Planning.Report;

/// <summary>Two axes in a picture of fixed size.</summary>
internal sealed record PlotFrame(PlotScale X, PlotScale Y)
{
    public const double Width = 560;
    public const double Height = 400;

    private const double Left = 64;
    private const double Right = 24;
    private const double Top = 34;
    private const double Bottom = 62;

    public static PlotScale Across(double low, double high) => PlotScale.Around(low, high, Left, Width - Right, about: 5);

    public static PlotScale Up(double low, double high) => PlotScale.Around(low, high, Height - Bottom, Top, about: 5);

    public Html Axes(string up, Func<double, string> upTick, string across, Func<double, string> acrossTick)
    {
        var rows = Y.Ticks.Select(tick => Html.Of($"""
            <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Y.At(tick)}" y2="{Y.At(tick)}"/><text x="{Left - 8}" y="{Y.At(tick) + 4}" text-anchor="end">{upTick(tick)}</text>
            """));
        var columns = X.Ticks.Select(tick => Html.Of($"""
            <line class="tickmark" x1="{X.At(tick)}" x2="{X.At(tick)}" y1="{Height - Bottom}" y2="{Height - Bottom + 5}"/><text x="{X.At(tick)}" y="{Height - Bottom + 22}" text-anchor="middle">{acrossTick(tick)}</text>
            """));
        return Html.Of($"""
            <g aria-hidden="true">{Html.Join(rows)}{Html.Join(columns)}<line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Height - Bottom}" y2="{Height - Bottom}"/>
            <text x="6" y="{Top - 18}">{up}</text><text x="{Width - Right}" y="{Height - 12}" text-anchor="end">{across}</text></g>
            """);
    }

    /// <summary>A line that keeps each height until the next point, and the last one up to an end.</summary>
    public Html Steps(string style, IReadOnlyList<(double X, double Y)> points, double end)
    {
        var path = points.Select((point, i) => i == 0 ? Html.Of($"M{X.At(point.X)} {Y.At(point.Y)}") : Html.Of($"H{X.At(point.X)}V{Y.At(point.Y)}"));
        return Html.If(points.Count > 0, () => Html.Of($"""<path class="run {style}" d="{Html.Join(path)}H{X.At(end)}" aria-hidden="true"/>"""));
    }

    public Html Level(double value) => Html.Of(
        $"""<line class="target" x1="{Left}" x2="{Width - Right}" y1="{Y.At(value)}" y2="{Y.At(value)}" aria-hidden="true"/>""");

    /// <summary>A tick with as many decimals as the ticks of the axis need to differ.</summary>
    public static string Decimals(PlotScale scale, double times, double tick)
    {
        var step = (scale.Ticks[1] - scale.Ticks[0]) * times;
        var decimals = Enumerable.Range(0, 6).First(d => d == 5 || Math.Abs(step * Math.Pow(10, d) - Math.Round(step * Math.Pow(10, d))) < 1e-6);
        return (tick * times).ToString(FormattableString.Invariant($"F{decimals}"), System.Globalization.CultureInfo.InvariantCulture);
    }
}
