using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>The hypervolume of the front as it grew, as two step curves: over time, and over the epochs that were paid for.</summary>
internal static class GrowthPlot
{
    private const double Width = 560;
    private const double Height = 300;
    private const double Left = 64;
    private const double Right = 24;
    private const double Top = 34;
    private const double Bottom = 50;

    /// <summary>Steps that are points to go to, and rows of the table; the curve has all.</summary>
    private const int MostPoints = 60;

    /// <returns>Nothing where no front was timed.</returns>
    public static Html Draw(ExperimentResult result)
    {
        if (result.Timeline is not { Hypervolume: { Steps.Count: > 0 } curve } timeline)
        {
            return Html.Empty;
        }

        var (first, last) = (curve.Steps[0], curve.Steps[^1]);
        var start = timeline.SubmittedAt is { } submitted && submitted <= first.At ? submitted : timeline.Spans.Select(span => span.Start).Append(first.At).Min();
        var end = timeline.Spans.Select(span => span.End).Append(last.At).Max();
        var time = new TimeAxis(start, end, Left, Width - Right);
        var paid = Math.Max(last.Epochs, timeline.Spans.Where(span => span.PaidHere).Sum(span => span.Epochs ?? 0));
        var epochs = PlotScale.Around(0, paid, Left, Width - Right, about: 6);
        var y = PlotScale.Around(first.Hypervolume, last.Hypervolume, Height - Bottom, Top, about: 4);
        var reference = string.Join(" and ", curve.Reference.Select(Reference));
        return Html.Of($"""
            <div class="plots"><figure><figcaption>Hypervolume over time</figcaption>{Curve(curve, y, step => time.At(step.At), time.At(end), time.Draw(Top, Height - Bottom), $"{time.Unit} since the start", $"over time, {Words.Duration(end - start)}")}</figure>
            <figure><figcaption>Hypervolume over epochs paid for</figcaption>{Curve(curve, y, step => epochs.At(step.Epochs), epochs.At(paid), Ticks(epochs), "epochs", $"over {Coarse(paid)} epochs")}</figure></div>
            <p class="note">{Text(last.Hypervolume)} in the end: the part that the front dominates of the box from {reference} to accuracy 1 at no cost.{Html.If(curve.Untimed is not null, () => Html.Of($" {Words.Plural(curve.Untimed!.Value, "complete trial")} without times {(curve.Untimed == 1 ? "is" : "are")} left out."))} A trial counts from the moment its last stage had ended; epochs of lost and failed attempts are paid for, too.</p>
            {Table(curve)}
            """);
    }

    private static Html Table(HypervolumeCurve curve) => Html.Of($"""
        <details><summary>The same as a table{(curve.Steps.Count > MostPoints ? FormattableString.Invariant($", {MostPoints} of {curve.Steps.Count} steps at even distances") : "")}</summary><div class="scroll" tabindex="0" role="region" aria-label="Hypervolume, step by step"><table><thead><tr><th scope="col">When</th><th scope="col" class="num">Epochs</th><th scope="col" class="num">Hypervolume</th><th scope="col">By</th></tr></thead>
        <tbody>{Html.Join(ReportDetail.Evenly(curve.Steps, MostPoints).Select(step => Html.Of($"""<tr><th scope="row">{When(step)}</th><td class="num">{Coarse(step.Epochs)}</td><td class="num">{Text(step.Hypervolume)}</td><td>{step.Trial}</td></tr>""")))}</tbody></table></div></details>
        """);

    private static Html Curve(
        HypervolumeCurve curve, PlotScale y, Func<HypervolumeStep, double> x, double end, Html columns, string unit, string what)
    {
        var (first, last) = (curve.Steps[0], curve.Steps[^1]);
        var rows = y.Ticks.Select(tick => Html.Of($"""
            <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y.At(tick)}" y2="{y.At(tick)}"/><text class="tick" x="{Left - 8}" y="{y.At(tick) + 4}" text-anchor="end">{tick.ToString("0.####", CultureInfo.InvariantCulture)}</text>
            """));
        var path = Html.Of($"M{x(first)} {y.At(first.Hypervolume)}{Html.Join(curve.Steps.Skip(1).Select(step => Html.Of($"H{x(step)}V{y.At(step.Hypervolume)}")))}H{end}");
        return Html.Of($"""
            <svg class="plot growth" viewBox="0 0 {Width} {Height}" role="group" aria-label="Hypervolume {what}: from {Text(first.Hypervolume)} to {Text(last.Hypervolume)} in {Words.Plural(curve.Steps.Count, "step")}">
            <g aria-hidden="true">{Html.Join(rows)}{columns}<line class="axis" x1="{Left}" x2="{Width - Right}" y1="{Height - Bottom}" y2="{Height - Bottom}"/>
            <text class="axisname" x="6" y="{Top - 18}">↑ hypervolume</text><text class="axisname" x="{Width - Right}" y="{Height - 8}" text-anchor="end">{unit} →</text>
            <path class="attained" d="{path}V{Height - Bottom}H{x(first)}Z"/><path class="rise" d="{path}"/></g>
            {Html.Join(ReportDetail.Evenly(curve.Steps, MostPoints).Select((step, i) => Html.Of($"""<g class="pt hv front" tabindex="{(i == 0 ? 0 : -1)}" role="img" aria-label="{Tip(step, curve)}" data-trial="{step.Trial}" transform="translate({x(step)} {y.At(step.Hypervolume)})"><circle class="halo" r="12"/><circle r="{(curve.Steps.Count > MostPoints ? 2 : 3.5)}"/></g>""")))}
            <text class="final halo-text" x="{Math.Max(Left + 40, end)}" y="{y.At(last.Hypervolume) - 10}" text-anchor="end" aria-hidden="true">{Text(last.Hypervolume)}</text></svg>
            """);
    }

    private static Html Ticks(PlotScale x) => Html.Join(x.Ticks.Select(tick => Html.Of($"""
        <line class="grid" x1="{x.At(tick)}" x2="{x.At(tick)}" y1="{Top}" y2="{Height - Bottom}"/><text class="tick" x="{x.At(tick)}" y="{Height - Bottom + 18}" text-anchor="middle">{Coarse(tick)}</text>
        """)));

    private static string Tip(HypervolumeStep step, HypervolumeCurve curve) => string.Join('\n',
        step.Trial,
        $"hypervolume {Text(step.Hypervolume)} (+{Text(step.Hypervolume - curve.Steps[0].Hypervolume)} since the first)",
        When(step),
        $"{Coarse(step.Epochs)} epochs");

    private static string When(HypervolumeStep step) => step.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Reference(ReferenceValue reference) => (reference.Metric, reference.Value) switch
    {
        (Metric.Accuracy, _) => "accuracy 0",
        (Metric.Latency, _) => "the dense net's latency",
        var (metric, value) => $"the dense net's {Words.Short(value ?? 0)} {(metric == Metric.Flops ? "FLOPs" : metric.ToString().ToLowerInvariant())}",
    };

    private static string Text(double volume) => volume.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Coarse(double epochs) => epochs >= 10_000 ? (epochs / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k" : epochs.ToString("0.##", CultureInfo.InvariantCulture);
}
