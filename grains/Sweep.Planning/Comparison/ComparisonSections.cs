using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>The parts of a comparison's page.</summary>
internal static class ComparisonSections
{
    private const int MostDuplicates = 200;

    /// <summary>Names a trial of one experiment on the page.</summary>
    public static string Key(int series, string trial) => FormattableString.Invariant($"{series}:{trial}");

    public static Html Warnings(ExperimentComparison comparison) => Html.If(comparison.Warnings.Count > 0, () => Html.Of(
        $"""<ul class="warnings">{Html.Join(comparison.Warnings.Select(warning => Html.Of($"<li>{warning}</li>")))}</ul>"""));

    public static Html Outcomes(ExperimentComparison comparison)
    {
        var timed = comparison.Experiments.Any(one => one.Reached?.Seconds is not null);
        string[] heads = ["Complete", "On front", "Of common front", "Hypervolume", "Epochs", "Reached at trial", "Epochs to it", .. timed ? ["Time to it"] : Array.Empty<string>()];
        var rows = comparison.Experiments.Select((one, i) => Html.Of($"""
            <tr><th scope="row">{OverlayPlot.Swatch(i)}{one.Label}{Html.If(one.File is not null, () => Html.Of($" <small>imported from {one.File}</small>"))}</th><td class="state {one.State.ToString()}">{one.State.ToString()}</td>{Cell(FormattableString.Invariant($"{one.Complete} of {one.Trials}"))}{Cell(Words.Count(one.Front.Count))}{Cell(Words.Count(one.Front.Count(point => point.OnCommonFront)))}{Cell(Volume(one.Hypervolume))}{Cell(Words.Count(one.EpochsNeeded))}{Cell(one.Reached is { } point ? Words.Count(point.Trials) : "never")}{Cell(one.Reached?.Epochs?.ToString("0.#", CultureInfo.InvariantCulture) ?? "–")}{Html.If(timed, () => Cell(one.Reached?.Seconds is { } seconds ? Words.Duration(TimeSpan.FromSeconds(seconds)) : "–"))}</tr>
            """));
        return Html.Of($"""
            {Table("Outcomes", [Head("Experiment", false), Head("State", false), .. heads.Select(head => Head(head, true))], rows)}
            <p class="note">Reached: a hypervolume of {Volume(comparison.Target)}. {Box(comparison.Box)} Epochs count stages that trials share once, trials in the order in which they ended, or of their numbers where stages were not timed.</p>
            """);
    }

    public static Html Fronts(ExperimentComparison comparison) => Html.Of($"""
        <ul class="legend">{Html.Join(comparison.Experiments.Select((one, i) => Html.Of($"<li>{OverlayPlot.Swatch(i)}{one.Label}</li>")))}<li class="hint">solid: on the front of all together; faint: some experiment has a better one</li></ul>
        <div class="plots"><figure><figcaption>Accuracy and parameters</figcaption>{OverlayPlot.Draw(comparison, "parameters", metrics => metrics.Parameters)}</figure>
        <figure><figcaption>Accuracy and FLOPs</figcaption>{OverlayPlot.Draw(comparison, "FLOPs", metrics => metrics.Flops)}</figure></div>
        """);

    public static Html Curves(ExperimentComparison comparison)
    {
        var points = comparison.Experiments.SelectMany(one => one.Curve).ToList();
        if (points.Count == 0)
        {
            return new Html("<p class=\"empty\">The hypervolume grows here once trials are complete.</p>");
        }

        var plots = new List<Html>();
        if (points.TrueForAll(point => point.Epochs is not null))
        {
            plots.Add(Curve(comparison, "Hypervolume over epochs", "epochs →", point => point.Epochs!.Value, one => one.EpochsNeeded, Words.Short));
        }

        if (points.TrueForAll(point => point.Seconds is not null))
        {
            plots.Add(Curve(comparison, "Hypervolume over time", "minutes →", point => point.Seconds!.Value / 60, _ => 0, tick => tick.ToString("0.##", CultureInfo.InvariantCulture)));
        }

        plots.Add(Curve(comparison, "Hypervolume over trials", "complete trials →", point => point.Trials, one => one.Complete, Words.Short));
        return Html.Of($"""<div class="plots">{Html.Join(plots.Take(2))}</div><p class="note">Dotted across: the hypervolume that the table above speaks of.</p>""");
    }

    public static Html Coverage(ExperimentComparison comparison)
    {
        var rows = comparison.Experiments.Select((one, i) => Html.Of(
            $"""<tr><th scope="row">{OverlayPlot.Swatch(i)}{one.Label} covers</th>{Html.Join(comparison.Coverage[i].Select((share, j) => Cell(i == j || share is null ? "–" : Words.Percent(share.Value, 1))))}</tr>"""));
        return Html.Of($"""
            {Table("Coverage", [Head("", false), .. comparison.Experiments.Select(one => Head("of " + one.Label, true))], rows)}
            <p class="note">The share of the nets on one front for which the other front has one that is nowhere worse (set coverage, Zitzler and Thiele 1999). Read both directions: they do not add up to 100 %.</p>
            """);
    }

    public static Html Specs(ExperimentComparison comparison)
    {
        var rows = comparison.SpecDifferences.Select(difference => Html.Of(
            $"""<tr><th scope="row"><code>{difference.Path}</code></th>{Html.Join(difference.Values.Select(value => value is null ? new Html("<td>–</td>") : Html.Of($"<td><code>{value}</code></td>")))}</tr>"""));
        return comparison.SpecDifferences.Count == 0
            ? new Html("<p class=\"note\">In nothing that is known.</p>")
            : Html.Of($"""<div class="wrap">{Table("Specs", [Head("Path", false), .. comparison.Experiments.Select(one => Head(one.Label, false))], rows)}</div>""");
    }

    public static Html Points(ExperimentComparison comparison)
    {
        string[] heads = ["Accuracy", "Test", "Parameters", "FLOPs"];
        var rows = comparison.Experiments.SelectMany((one, i) => one.Front.Select(net => Html.Of($"""
            <tr data-trial="{Key(i, net.Trial)}"{(net.OnCommonFront ? new Html(" class=\"onfront\"") : Html.Empty)}><td>{OverlayPlot.Swatch(i)}{one.Label}</td><th scope="row">{net.Trial}</th><td>{Words.Settings(net.Settings)}</td>{Cell(Words.Percent(net.Metrics.Accuracy), net.Metrics.Accuracy)}{Cell(Words.Percent(net.Metrics.TestAccuracy), net.Metrics.TestAccuracy)}{Cell(Words.Count(net.Metrics.Parameters), net.Metrics.Parameters)}{Cell(Words.Count(net.Metrics.Flops), net.Metrics.Flops)}</tr>
            """)));
        return Table("Nets on the fronts", [Button("Experiment", false), Button("Trial", false), Button("Settings", false), .. heads.Select(head => Button(head, true))], rows, "trials");
    }

    public static Html Duplicates(ExperimentComparison comparison)
    {
        var rows = comparison.Duplicates.Take(MostDuplicates).Select(duplicate => Html.Of(
            $"<tr>{Html.Join(duplicate.Trials.Select(trial => Html.Of($"<td>{trial ?? "–"}</td>")))}<td>{(duplicate.Agree ? "the same" : "different")}</td></tr>"));
        return Html.If(comparison.Duplicates.Count > 0, () => Html.Of($"""
            <details><summary>{Words.Plural(comparison.Duplicates.Count, "trial")} that are the same, stage by stage</summary>{Table("The same trials", [.. comparison.Experiments.Select(one => Head(one.Label, false)), Head("Figures", false)], rows)}</details>
            """));
    }

    private static Html Curve(
        ExperimentComparison comparison, string title, string across, Func<AttainmentPoint, double> x, Func<ComparedOutcome, double> end, Func<double, string> tick)
    {
        var all = comparison.Experiments.SelectMany(one => one.Curve).ToList();
        var frame = new PlotFrame(
            PlotFrame.Across(0, comparison.Experiments.Where(one => one.Curve.Count > 0).Max(one => Math.Max(end(one), x(one.Curve[^1])))),
            PlotFrame.Up(all.Min(point => point.Hypervolume), Math.Max(comparison.Target, all.Max(point => point.Hypervolume))));
        var lines = comparison.Experiments.Select((one, i) => Html.If(one.Curve.Count > 0, () => frame.Steps(
            $"e{i}", [.. one.Curve.Select(point => (x(point), point.Hypervolume))], Math.Max(end(one), x(one.Curve[^1])))));
        var ends = comparison.Experiments.Select((one, i) => Html.If(one.Curve.Count > 0, () => Html.Of(
            $"""<g class="pt e{i} front" transform="translate({frame.X.At(x(one.Curve[^1]))} {frame.Y.At(one.Curve[^1].Hypervolume)})" role="img" tabindex="0" aria-label="{$"{one.Label}\nhypervolume {Volume(one.Hypervolume)}"}" data-trial="{Key(i, "")}"><circle class="halo" r="14"/><circle r="4"/></g>""")));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption><svg class="plot" viewBox="0 0 {PlotFrame.Width} {PlotFrame.Height}" role="group" aria-label="{title}">
            {frame.Axes("↑ hypervolume", value => PlotFrame.Decimals(frame.Y, 1, value), across, tick)}{frame.Level(comparison.Target)}{Html.Join(lines)}{Html.Join(ends)}</svg></figure>
            """);
    }

    private static string Box(CommonBox box) => "All in one box: " + string.Join(", ", box.Objectives.Select((objective, d) => objective.Metric switch
    {
        Metric.Accuracy => "accuracy from 0 to 1",
        Metric.Latency => "latency from the unpruned net's, measured beside, to 0",
        Metric.Flops => $"FLOPs from {Words.Count((long)box.Reference[d])} to 0",
        _ => $"parameters from {Words.Count((long)box.Reference[d])} to 0",
    })) + ".";

    private static string Volume(double volume) => volume.ToString("0.0000", CultureInfo.InvariantCulture);

    private static Html Cell(string text) => Html.Of($"""<td class="num">{text}</td>""");

    private static Html Cell(string text, double value) => Html.Of($"""<td class="num" data-v="{value.ToString("R", CultureInfo.InvariantCulture)}">{text}</td>""");

    private static Html Head(string title, bool number) => Html.Of($"""<th scope="col"{Class(number)}>{title}</th>""");

    private static Html Button(string title, bool number) => Html.Of($"""<th scope="col"{Class(number)}><button type="button">{title}</button></th>""");

    private static Html Class(bool number) => number ? new Html(" class=\"num\"") : Html.Empty;

    private static Html Table(string name, IEnumerable<Html> heads, IEnumerable<Html> rows, string? id = null) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="{name}"><table{(id is null ? Html.Empty : Html.Of($" id=\"{id}\""))}><thead><tr>{Html.Join(heads)}</tr></thead><tbody>{Html.Join(rows)}</tbody></table></div>
        """);
}
