using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// Accuracy against one cost, as an SVG of its own: dominated trials faint, the front solid and numbered, the staircase of what is
/// attained in this plane, the dense net as a reference. Every point can be reached by keyboard and says itself.
/// </summary>
internal sealed class FrontPlot
{
    public const double Width = 560;
    public const double Height = 400;

    private const double Left = 64;
    private const double Right = 24;
    private const double Top = 34;
    private const double Bottom = 62;

    private readonly string _name;
    private readonly Func<TrialMetrics, double> _cost;
    private readonly TrialMetrics? _dense;
    private readonly List<Point> _points;
    private readonly PlotScale _x;
    private readonly PlotScale _y;

    /// <param name="result">What to draw; it has at least one complete trial or a dense net.</param>
    /// <param name="name">The cost's name, for example <c>parameters</c>.</param>
    /// <param name="cost">The cost of a net.</param>
    public FrontPlot(ExperimentResult result, string name, Func<TrialMetrics, double> cost)
    {
        _name = name;
        _cost = cost;
        _dense = result.Dense;
        var ranks = result.Front.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        _points =
        [
            .. result.Trials.Where(trial => trial.Metrics is { } metrics && double.IsFinite(metrics.Accuracy)).Select(trial => new Point(
                trial, trial.Metrics!, cost(trial.Metrics!), trial.Metrics!.Accuracy, ranks.TryGetValue(trial.Id, out var rank) ? rank : null)),
        ];
        var costs = _points.Select(point => point.Cost).Concat(_dense is null ? [] : [cost(_dense)]).ToList();
        _x = PlotScale.Around(costs.Min(), costs.Max(), Left, Width - Right, about: 5);
        var (low, high) = AccuracyRange();
        _y = PlotScale.Around(low, high, Height - Bottom, Top, about: 5);
    }

    private sealed record Point(TrialResult Trial, TrialMetrics Metrics, double Cost, double Accuracy, int? Rank);

    public Html Draw() => Html.Of($"""
        <svg class="plot" viewBox="0 0 {Width} {Height}" role="group" aria-label="Accuracy against {_name}: {Summary()}">
        {DrawAxes()}{DrawStairs()}{DrawDense()}
        {Html.Join(_points.Where(point => point.Rank is null).Select(DrawPoint))}
        {Html.Join(_points.Where(point => point.Rank is not null).Select(DrawPoint))}
        {DrawLabels()}</svg>
        """);

    /// <summary>
    /// The accuracies worth the room: those of the front, the dense net, and whatever lies no farther below them than they span. One
    /// diverged trial must not flatten all others; it stands at the edge.
    /// </summary>
    private (double Low, double High) AccuracyRange()
    {
        var best = _points.Where(point => point.Rank is not null).Select(point => point.Accuracy)
            .Concat(_dense is null ? [] : [_dense.Accuracy]).DefaultIfEmpty(0).ToList();
        var span = Math.Max(best.Max() - best.Min(), 0.01);
        var shown = _points.Select(point => point.Accuracy).Where(accuracy => accuracy >= best.Min() - span).Concat(best).ToList();
        return (shown.Min(), shown.Max());
    }

    private string Summary() => FormattableString.Invariant(
        $"{Words.Plural(_points.Count, "complete trial")}, {_points.Count(point => point.Rank is not null)} on the front");

    private Html DrawAxes()
    {
        var rows = _y.Ticks.Select(tick => Html.Of($"""
            <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{_y.At(tick)}" y2="{_y.At(tick)}"/><text class="tick" x="{Left - 8}" y="{_y.At(tick) + 4}" text-anchor="end">{AccuracyTick(tick)}</text>
            """));
        var columns = _x.Ticks.Select(tick => Html.Of($"""
            <line class="tickmark" x1="{_x.At(tick)}" x2="{_x.At(tick)}" y1="{Height - Bottom}" y2="{Height - Bottom + 5}"/><text class="tick" x="{_x.At(tick)}" y="{Height - Bottom + 22}" text-anchor="middle">{CostTick(tick)}</text>
            """));
        return Html.Of($"""
            <g aria-hidden="true">{Html.Join(rows)}{Html.Join(columns)}<line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Height - Bottom}" y2="{Height - Bottom}"/>
            <text class="axisname" x="6" y="{Top - 18}">↑ top-1, %</text><text class="axisname" x="{Width - Right}" y="{Height - 12}" text-anchor="end">{_name} →</text></g>
            """);
    }

    /// <summary>As many decimals as the ticks need to differ truthfully.</summary>
    private string AccuracyTick(double tick)
    {
        var step = (_y.Ticks[1] - _y.Ticks[0]) * 100;
        var decimals = Enumerable.Range(0, 6).First(d => d == 5 || Math.Abs(step * Math.Pow(10, d) - Math.Round(step * Math.Pow(10, d))) < 1e-6);
        return Words.Percent(tick, decimals).TrimEnd('%', '\u00A0');
    }

    private string CostTick(double tick)
    {
        var text = Words.Short(tick);
        return text.Contains('.', StringComparison.Ordinal)
            ? string.Concat(text.TrimEnd('k', 'M', 'G').TrimEnd('0').TrimEnd('.'), text.AsSpan(text.TrimEnd('k', 'M', 'G').Length))
            : text;
    }

    /// <summary>The edge of what is attained: to the right of a point and below it, something at least as good is known.</summary>
    private Html DrawStairs()
    {
        var plane = ParetoFront.Of(_points, point => [point.Accuracy, point.Cost], [Goal.Maximize, Goal.Minimize])
            .Where(point => point.Accuracy >= _y.Low)
            .OrderBy(point => point.Cost).ThenBy(point => point.Accuracy).ToList();
        if (plane.Count == 0)
        {
            return Html.Empty;
        }

        var path = new List<Html>();
        for (var i = 0; i < plane.Count; i++)
        {
            path.Add(i == 0
                ? Html.Of($"M{_x.At(plane[i].Cost)} {_y.At(plane[i].Accuracy)}")
                : Html.Of($"H{_x.At(plane[i].Cost)}V{_y.At(plane[i].Accuracy)}"));
        }

        var edge = Html.Of($"{Html.Join(path)}H{Width - Right}");
        return Html.Of($"""
            <g aria-hidden="true"><path class="attained" d="{edge}V{Height - Bottom}H{_x.At(plane[0].Cost)}Z"/><path class="stairs" d="{edge}"/></g>
            """);
    }

    private Html DrawDense()
    {
        if (_dense is null)
        {
            return Html.Empty;
        }

        var (x, y) = (_x.At(_cost(_dense)), _y.At(_dense.Accuracy));
        var label = string.Join('\n',
            "dense net", $"accuracy {Words.Percent(_dense.Accuracy)}", $"test {Words.Percent(_dense.TestAccuracy)}",
            $"{Words.Count(_dense.Parameters)} parameters", $"{Words.Count(_dense.Flops)} FLOPs");
        return Html.Of($"""
            <line class="denseline" x1="{Left}" x2="{Width - Right}" y1="{y}" y2="{y}" aria-hidden="true"/>
            <g class="pt dense" tabindex="0" role="img" aria-label="{label}" data-trial="dense" transform="translate({x} {y})"><circle class="halo" r="14"/>{Marker.Dense}</g>
            """);
    }

    private Html DrawPoint(Point point)
    {
        var tip = Words.Tip(point.Trial, point.Metrics, _dense, point.Rank);
        var below = point.Accuracy < _y.Low;
        var method = point.Trial.Settings.Method;
        return Html.Of($"""
            <g class="pt {Words.Method(method)} {(point.Rank is null ? "faint" : "front")}" tabindex="0" role="img" aria-label="{tip}" data-trial="{point.Trial.Id}" transform="translate({_x.At(point.Cost)} {_y.At(point.Accuracy)})"><circle class="halo" r="14"/>{(below ? Below : Marker.Of(method))}</g>
            """);
    }

    /// <summary>A trial too bad for the axis: a tip that points down at the edge.</summary>
    private static Html Below { get; } = new("<path d=\"M-6 -9H6L0 -1Z\"/>");

    /// <summary>Numbers the front where there is room: each label takes the first of four corners that is free, or none.</summary>
    private Html DrawLabels()
    {
        const double Reach = 13;
        var taken = _points.Select(point => (X: _x.At(point.Cost), Y: _y.At(point.Accuracy), Radius: 7.0)).ToList();
        if (_dense is not null)
        {
            taken.Add((_x.At(_cost(_dense)), _y.At(_dense.Accuracy), 8));
        }

        var labels = new List<Html>();
        foreach (var point in _points.Where(point => point.Rank is not null).OrderBy(point => point.Rank))
        {
            var (x, y) = (_x.At(point.Cost), _y.At(point.Accuracy));
            (double X, double Y)[] corners = [(x - Reach, y - Reach), (x + Reach, y + Reach), (x - Reach, y + Reach), (x + Reach, y - Reach)];
            foreach (var corner in corners.Where(corner =>
                corner.Y > Top - 8 && corner.Y < Height - Bottom - 6 && corner.X > Left && corner.X < Width - Right
                && taken.TrueForAll(other => Math.Abs(other.X - corner.X) > other.Radius + 7 || Math.Abs(other.Y - corner.Y) > other.Radius + 5)).Take(1))
            {
                taken.Add((corner.X, corner.Y, 6));
                labels.Add(Html.Of($"""<text class="rank" x="{corner.X}" y="{corner.Y + 4}" text-anchor="middle">{point.Rank!.Value}</text>"""));
            }
        }

        return Html.Of($"""<g aria-hidden="true">{Html.Join(labels)}</g>""");
    }
}

/// <summary>A form for each method, so that no meaning hangs on colour alone.</summary>
internal static class Marker
{
    /// <summary>The dense net's.</summary>
    public static Html Dense { get; } = new("<path d=\"M-6 -6L6 6M-6 6L6 -6\"/>");

    public static Html Of(PruningMethod method) => new(method switch
    {
        PruningMethod.Gohsp => "<circle r=\"6\"/>",
        PruningMethod.Vtp => "<path d=\"M0 -7.5L7.5 0L0 7.5L-7.5 0Z\"/>",
        PruningMethod.Somp => "<rect x=\"-5.5\" y=\"-5.5\" width=\"11\" height=\"11\"/>",
        PruningMethod.Omp => "<path d=\"M0 -7L6.5 5H-6.5Z\"/>",
        PruningMethod.Gmp => "<path d=\"M-4 -6H4L7 6H-7Z\"/>",
        PruningMethod.Sgmp => "<path d=\"M-2 -7H2V-2H7V2H2V7H-2V2H-7V-2H-2Z\"/>",
        PruningMethod.Taylor => "<path d=\"M-3.5 -6.5H3.5L7 0L3.5 6.5H-3.5L-7 0Z\"/>",
        PruningMethod.Ssp => "<path d=\"M0 -7L6.7 -2.2L4.1 5.7H-4.1L-6.7 -2.2Z\"/>",
        PruningMethod.S2vite => "<path d=\"M0 -7.5L2 -2L7.5 0L2 2L0 7.5L-2 2L-7.5 0L-2 -2Z\"/>",
        PruningMethod.Random => "<path d=\"M-6 -6.5H6L-6 6.5H6Z\"/>",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "There is no form for this method."),
    });
}
