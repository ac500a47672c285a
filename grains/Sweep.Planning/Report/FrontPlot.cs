using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// Accuracy against one cost, as an SVG of its own: dominated trials faint, the front solid and numbered, the best on top, the staircase of what is
/// attained in this plane, the dense net as a reference. Every point that is drawn singly can be reached by keyboard and says itself; of many dominated
/// trials the picture shows how many lie where.
/// </summary>
internal sealed class FrontPlot
{
    public const double Width = 560;
    public const double Height = 400;

    private const double Left = 64;
    private const double Right = 24;
    private const double Top = 34;
    private const double Bottom = 62;

    /// <summary>Points of the front that are drawn singly; more lie upon each other.</summary>
    private const int MostFront = 80;

    /// <summary>Of these some have their number beside them.</summary>
    private const int MostLabels = 24;

    /// <summary>Sides of a cell, in units of the picture.</summary>
    private const int Cell = 4;

    /// <summary>Strengths of cells, told apart by the eye.</summary>
    private const int Strengths = 4;

    private readonly string _key;
    private readonly string _name;
    private readonly Func<double, string> _tick;
    private readonly Func<TrialMetrics, double> _cost;
    private readonly TrialMetrics? _dense;
    private readonly List<Point> _points;
    private readonly HashSet<string> _single;
    private readonly PlotScale _x;
    private readonly PlotScale _y;

    /// <param name="result">What to draw; it has at least one complete trial or a dense net.</param>
    /// <param name="key">The cost's column, for example <c>parameters</c>.</param>
    /// <param name="name">What stands at the axis.</param>
    /// <param name="cost">The cost of a net; NaN where it was not measured.</param>
    /// <param name="tick">A cost in words.</param>
    public FrontPlot(ExperimentResult result, string key, string name, Func<TrialMetrics, double> cost, Func<double, string>? tick = null)
    {
        (_key, _name, _cost, _tick) = (key, name, cost, tick ?? CostTick);
        _dense = result.Dense is { } whole && double.IsFinite(cost(whole)) ? whole : null;
        var ranks = result.Front.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        _points =
        [
            .. result.Trials.Where(trial => trial.Metrics is { } metrics && double.IsFinite(metrics.Accuracy) && double.IsFinite(cost(metrics))).Select(trial => new Point(
                trial, trial.Metrics!, cost(trial.Metrics!), trial.Metrics!.Accuracy, ranks.TryGetValue(trial.Id, out var rank) ? rank : null)),
        ];
        var front = _points.Where(point => point.Rank is not null).OrderBy(point => point.Rank).ToList();
        _single = ReportDetail.Evenly(front, MostFront).Concat(_points.Count - front.Count <= ReportDetail.MostTrials ? _points.Where(point => point.Rank is null) : [])
            .Select(point => point.Trial.Id).ToHashSet(StringComparer.Ordinal);
        var costs = _points.Select(point => point.Cost).Concat(_dense is null ? [] : [cost(_dense)]).ToList();
        _x = PlotScale.Around(costs.Min(), costs.Max(), Left, Width - Right, about: 5);
        var (low, high) = AccuracyRange();
        _y = PlotScale.Around(low, high, Height - Bottom, Top, about: 5);
    }

    private sealed record Point(TrialResult Trial, TrialMetrics Metrics, double Cost, double Accuracy, int? Rank);

    public Html Draw() => Html.Of($"""
        <svg class="plot" viewBox="0 0 {Width} {Height}" role="group" aria-label="Accuracy against {_name}: {Summary()}" data-x="{_key}" data-across="{Scale(_x)}" data-up="{Scale(_y)}">
        <desc>{Describe()}</desc>{DrawAxes()}{DrawStairs()}{DrawCells()}{DrawDense()}
        {Html.Join(_points.Where(point => point.Rank is null && _single.Contains(point.Trial.Id)).Select(DrawPoint))}
        {DrawRestOfFront()}{Html.Join(_points.Where(point => point.Rank is not null && _single.Contains(point.Trial.Id)).OrderByDescending(point => point.Rank).Select(DrawPoint))}
        {DrawLabels()}</svg>
        """);

    /// <summary>What the script needs to place a mark: the least and the greatest value, and where they stand.</summary>
    private static string Scale(PlotScale scale) => FormattableString.Invariant($"{scale.Low:R},{scale.High:R},{scale.From},{scale.To}");

    /// <summary>The picture in words.</summary>
    private string Describe()
    {
        var front = _points.Where(point => point.Rank is not null).OrderBy(point => point.Cost).ToList();
        string Say(Point point) => $"{point.Trial.Id} with {_tick(point.Cost)} {Unit} and {Words.Percent(point.Accuracy)}";
        return (front.Count == 0 ? "No net is on the front." : front.Count == 1 ? $"On the front is {Say(front[0])}." : $"The front goes from {Say(front[0])} to {Say(front[^1])}.")
            + (_dense is null ? "" : $" The dense net has {_tick(_cost(_dense))} {Unit} and {Words.Percent(_dense.Accuracy)}.") + " The table of trials has the same figures.";
    }

    private string Unit => _key == "latency" ? "" : _name;

    /// <summary>Many dominated trials as cells, the stronger the more lie there.</summary>
    private Html DrawCells()
    {
        var cells = _points.Where(point => point.Rank is null && !_single.Contains(point.Trial.Id))
            .GroupBy(point => (X: (int)(_x.At(point.Cost) / Cell), Y: (int)(_y.At(point.Accuracy) / Cell)))
            .Select(cell => (cell.Key.X, cell.Key.Y, Count: cell.Count()))
            .OrderBy(cell => cell.Y).ThenBy(cell => cell.X).ToList();
        if (cells.Count == 0)
        {
            return Html.Empty;
        }

        var most = cells.Max(cell => cell.Count);
        int StrengthOf(int count) => Math.Min(Strengths, 1 + (int)(Strengths * Math.Log(count) / Math.Log(most + 1)));
        var rows = cells.GroupBy(cell => StrengthOf(cell.Count)).OrderBy(level => level.Key).Select(level => Html.Of(
            $"""<path class="s{level.Key}" d="{Html.Join(Runs([.. level.Select(cell => (cell.X, cell.Y))]).Select(run => Html.Of($"M{run.X} {run.Y}.5h{run.Length}")))}"/>"""));
        return Html.Of($"""<g class="cells" aria-hidden="true" transform="scale({Cell})">{Html.Join(rows)}</g>""");
    }

    /// <summary>Cells beside each other as one.</summary>
    /// <param name="cells">Row by row, from left to right.</param>
    private static IEnumerable<(int X, int Y, int Length)> Runs(IReadOnlyList<(int X, int Y)> cells)
    {
        for (var i = 0; i < cells.Count;)
        {
            var length = 1;
            while (i + length < cells.Count && cells[i + length] == (cells[i].X + length, cells[i].Y))
            {
                length++;
            }

            yield return (cells[i].X, cells[i].Y, length);
            i += length;
        }
    }

    /// <summary>The part of a long front between the points that are drawn singly.</summary>
    private Html DrawRestOfFront()
    {
        var rest = _points.Where(point => point.Rank is not null && !_single.Contains(point.Trial.Id)).ToList();
        return Html.If(rest.Count > 0, () => Html.Of($"""
            <path class="restoffront" aria-hidden="true" d="{Html.Join(rest.Select(point => Html.Of($"M{_x.At(point.Cost)} {_y.At(point.Accuracy)}h0")))}"/>
            """));
    }

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
            <line class="tickmark" x1="{_x.At(tick)}" x2="{_x.At(tick)}" y1="{Height - Bottom}" y2="{Height - Bottom + 5}"/><text class="tick" x="{_x.At(tick)}" y="{Height - Bottom + 22}" text-anchor="middle">{_tick(tick)}</text>
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

    private static string CostTick(double tick)
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
            <g class="pt dense" tabindex="-1" role="img" aria-label="{label}" data-trial="dense" transform="translate({x} {y})"><circle class="halo" r="14"/>{Marker.Dense}</g>
            """);
    }

    private Html DrawPoint(Point point)
    {
        var tip = Words.Tip(point.Trial, point.Metrics, _dense, point.Rank);
        var below = point.Accuracy < _y.Low;
        var method = point.Trial.Settings.Method;
        return Html.Of($"""
            <g class="pt {Words.Method(method)} {(point.Rank is null ? "faint" : "front")}" tabindex="{(point.Rank == 1 ? 0 : -1)}" role="img" aria-label="{tip}" data-trial="{point.Trial.Id}" transform="translate({_x.At(point.Cost)} {_y.At(point.Accuracy)})"><circle class="halo" r="14"/>{(below ? Below : Marker.Of(method))}</g>
            """);
    }

    /// <summary>A trial too bad for the axis: a tip that points down at the edge.</summary>
    private static Html Below { get; } = new("<path d=\"M-6 -9H6L0 -1Z\"/>");

    /// <summary>Numbers the front where there is room: each label takes the first of four corners that is free, or none.</summary>
    private Html DrawLabels()
    {
        const double Reach = 13;
        var taken = _points.Where(point => _single.Contains(point.Trial.Id)).Select(point => (X: _x.At(point.Cost), Y: _y.At(point.Accuracy), Radius: 7.0)).ToList();
        if (_dense is not null)
        {
            taken.Add((_x.At(_cost(_dense)), _y.At(_dense.Accuracy), 8));
        }

        var labels = new List<Html>();
        var ranked = _points.Where(point => point.Rank is not null && _single.Contains(point.Trial.Id)).OrderBy(point => point.Rank).ToList();
        foreach (var point in ReportDetail.Evenly(ranked, MostLabels))
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
