using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// The fronts of several experiments over one cost: a colour and a form each, solid where no experiment has a better net, and the staircase of what each
/// attains in this plane. Every point can be reached by keyboard and says itself.
/// </summary>
internal static class OverlayPlot
{
    private sealed record Point(int Series, ComparedOutcome Of, ComparedPoint Net, double Cost);

    public static Html Draw(ExperimentComparison comparison, string name, Func<TrialMetrics, double> cost)
    {
        var points = comparison.Experiments.SelectMany((one, series) =>
            one.Front.Where(net => double.IsFinite(net.Metrics.Accuracy)).Select(net => new Point(series, one, net, cost(net.Metrics)))).ToList();
        var dense = comparison.Experiments.Select(one => one.Dense).OfType<TrialMetrics>().Distinct().ToList();
        List<(double Cost, double Accuracy)> all = [.. points.Select(point => (point.Cost, point.Net.Metrics.Accuracy)), .. dense.Select(net => (cost(net), net.Accuracy))];
        if (all.Count == 0)
        {
            return new Html("<p class=\"empty\">No net has been evaluated yet.</p>");
        }

        var frame = new PlotFrame(
            PlotFrame.Across(all.Min(point => point.Cost), all.Max(point => point.Cost)),
            PlotFrame.Up(all.Min(point => point.Accuracy), all.Max(point => point.Accuracy)));
        return Html.Of($"""
            <svg class="plot" viewBox="0 0 {PlotFrame.Width} {PlotFrame.Height}" role="group" aria-label="Accuracy against {name}, {Words.Plural(points.Count, "net")} on {Words.Plural(comparison.Experiments.Count, "front")}">
            {frame.Axes("↑ top-1, %", tick => PlotFrame.Decimals(frame.Y, 100, tick), $"{name} →", Words.Short)}
            {Html.Join(points.GroupBy(point => point.Series).Select(series => Stairs(frame, series.Key, [.. series])))}
            {Html.Join(dense.Select(net => Html.Of($"""<g class="pt dense" transform="translate({frame.X.At(cost(net))} {frame.Y.At(net.Accuracy)})" role="img" tabindex="0" aria-label="{$"unpruned net\naccuracy {Words.Percent(net.Accuracy)}"}" data-trial="dense"><circle class="halo" r="14"/>{Marker.Dense}</g>""")))}
            {Html.Join(points.Select(point => Draw(frame, point)))}</svg>
            """);
    }

    /// <summary>The form of an experiment, the same in every plot and table.</summary>
    public static Html Swatch(int series) => Html.Of($"""<svg class="swatch e{series}" viewBox="-9 -9 18 18" aria-hidden="true">{Form(series)}</svg>""");

    private static Html Form(int series) => Marker.Of(Enum.GetValues<PruningMethod>()[series]);

    private static Html Draw(PlotFrame frame, Point point)
    {
        var tip = $"{point.Of.Label}\n{Words.Tip(Named(point.Net), point.Net.Metrics, point.Of.Dense, null)}{(point.Net.OnCommonFront ? "\non the common front" : "")}";
        return Html.Of($"""
            <g class="pt e{point.Series} {(point.Net.OnCommonFront ? "front" : "faint")}" tabindex="0" role="img" aria-label="{tip}" data-trial="{ComparisonSections.Key(point.Series, point.Net.Trial)}" transform="translate({frame.X.At(point.Cost)} {frame.Y.At(point.Net.Metrics.Accuracy)})"><circle class="halo" r="14"/>{Form(point.Series)}</g>
            """);
    }

    private static TrialResult Named(ComparedPoint net) => new() { Id = net.Trial, State = TrialState.Complete, Settings = net.Settings, Metrics = net.Metrics, Stages = [] };

    private static Html Stairs(PlotFrame frame, int series, List<Point> points)
    {
        var plane = ParetoFront.Of(points, point => [point.Net.Metrics.Accuracy, point.Cost], [Goal.Maximize, Goal.Minimize]).OrderBy(point => point.Cost).ToList();
        return frame.Steps($"e{series}", [.. plane.Select(point => (point.Cost, point.Net.Metrics.Accuracy))], frame.X.High);
    }
}
