using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>The training of the nets on the front: loss over the epochs of each net's whole path, stages that nets share drawn once.</summary>
internal static class CurvesSection
{
    /// <summary>How far apart the names of two boundaries must be to be read, in units of the picture.</summary>
    private const double NameGap = 150;

    /// <summary>Where they stand.</summary>
    private const double NameLine = 46;

    /// <summary>Room for them above the curves, of the height of these.</summary>
    private const double HeadRoom = 0.1;

    private const int MostTicks = 8;

    private static readonly (CurveQuantity Quantity, string Title, string Up)[] s_figures =
    [
        (CurveQuantity.LearningRate, "Learning rate at the end of each epoch", "↑ learning rate"),
        (CurveQuantity.PrimalResidual, "How far GOHSP's weights are from what ADMM wants", "↑ ‖W−Z‖ / ‖W‖"),
        (CurveQuantity.DoomedNormRatio, "What GOHSP is to remove, beside what is to stay", "↑ ratio of norms"),
        (CurveQuantity.MeanGate, "VTP's gates", "↑ mean absolute gate"),
        (CurveQuantity.Sparsity, "Parameters that the mask removes", "↑ share"),
    ];

    /// <returns>Nothing where the document carries no training.</returns>
    public static Html Draw(ExperimentResult result)
    {
        var nets = Nets(result);
        var stages = Stages(nets);
        if (!nets.Exists(net => net.Curve.Points.Any(point => point.Loss is not null)))
        {
            return Html.Empty;
        }

        var kinds = stages.Where(stage => stage.Points.Count > 0).OrderBy(stage => stage.At.Start).Select(stage => stage.At.Kind).Distinct().Select(kind => Html.Of(
            $"""<li><svg class="swatch {Class(kind)}" viewBox="0 0 15 15" aria-hidden="true"><rect width="15" height="15" rx="3"/></svg>{kind.ToString()}</li>"""));
        var several = nets.Exists(net => Measured(net.Curve, point => point.Accuracy).Count > 1);
        return Html.Of($"""
            <ul class="legend">{Html.Join(kinds)}<li class="hint">points: measured on the validation split; their forms are those of the methods</li></ul>
            <div class="plots"><figure><figcaption>Training loss, and validation loss where a net was measured</figcaption>{Loss(nets, stages)}</figure>
            {Html.If(several, () => Html.Of($"""<figure><figcaption>Accuracy on the way</figcaption>{Accuracy(nets)}</figure>"""))}{Html.Join(s_figures.Select(figure => Figure(stages, figure.Quantity, figure.Title, figure.Up)))}</div>
            <p class="note">{Scope(result, nets)} Any trial's, and with times: <code>sweep metrics {result.Experiment} TRIAL</code>.</p>
            {Table(nets, stages)}
            """);
    }

    /// <summary>A net and its curve.</summary>
    private sealed record Net(string Id, PruningMethod? Method, TrainingCurve Curve);

    /// <summary>One stage, of however many nets.</summary>
    /// <param name="At">Its place, the same in all of them.</param>
    /// <param name="Points">Its epochs.</param>
    /// <param name="Before">The last epoch before it.</param>
    /// <param name="Nets">Whose it is.</param>
    private sealed record Shared(CurveStage At, IReadOnlyList<CurvePoint> Points, CurvePoint? Before, IReadOnlyList<Net> Nets);

    private static List<Net> Nets(ExperimentResult result) =>
    [
        new(ExperimentPlanner.DenseId, null, FrontCurves.Of(result, ExperimentPlanner.DenseId, result.DenseStages)),
        .. FrontCurves.Trials(result).Select(trial => new Net(trial.Id, trial.Settings.Method, FrontCurves.Of(result, trial.Id, trial.Stages))),
    ];

    private static List<Shared> Stages(IReadOnlyList<Net> nets) =>
    [
        .. nets.SelectMany(net => net.Curve.Stages.Select(stage => (Net: net, Stage: stage))).GroupBy(one => one.Stage.Stage).Select(same =>
        {
            var (net, at) = same.First();
            return new Shared(
                at,
                [.. net.Curve.Points.Where(point => point.Stage == at.Stage && point.Loss is not null)],
                net.Curve.Points.TakeWhile(point => point.Stage != at.Stage).LastOrDefault(point => point.Loss is not null),
                [.. same.Select(one => one.Net)]);
        }),
    ];

    private static Html Loss(IReadOnlyList<Net> nets, IReadOnlyList<Shared> stages)
    {
        var losses = nets.SelectMany(net => net.Curve.Points).Select(point => point.Loss ?? point.ValidationLoss).OfType<double>().Where(double.IsFinite).ToList();
        var end = Math.Max(1, nets.Max(net => net.Curve.Stages.Select(stage => stage.End).DefaultIfEmpty(0).Max()));
        var frame = new PlotFrame(Epochs(end), PlotFrame.Up(losses.Min(), losses.Max() + HeadRoom * (losses.Max() - losses.Min())));
        var lines = stages.Where(stage => stage.Points.Count > 0).Select(stage => Html.Of(
            $"""<path class="pl front {Class(stage.At.Kind)}"{Owner(stage)} d="{Path(stage, frame)}"/>"""));
        var points = nets.Select(net => Html.Join(Measured(net.Curve, point => point.ValidationLoss).Select(point => Mark(
            net, frame.X.At(point.At), frame.Y.At(point.ValidationLoss!.Value), $"{Words.Plural(point.At, "epoch")}: validation loss {Text(point.ValidationLoss.Value)}, accuracy {Words.Percent(point.Accuracy!.Value)}"))));
        return Html.Of($"""
            <svg class="plot curves" viewBox="0 0 {PlotFrame.Width} {PlotFrame.Height}" role="group" aria-label="Training loss over epochs of {Words.Plural(nets.Count, "net")}: from {Text(losses.Max())} to {Text(losses.Min())}; the table below has the figures">
            {frame.Axes("↑ loss, nats", value => PlotFrame.Decimals(frame.Y, 1, value), "epochs of the net →", Words.Short)}{Boundaries(stages, frame)}<g aria-hidden="true">{Html.Join(lines)}</g>{Html.Join(points)}</svg>
            """);
    }

    /// <summary>One figure of the epochs, for the stages that have it.</summary>
    private static Html Figure(IReadOnlyList<Shared> stages, CurveQuantity quantity, string title, string up)
    {
        var told = stages.Select(stage => (Stage: stage, Points: stage.Points.Where(point => quantity.Of(point) is not null).ToList())).Where(one => one.Points.Count > 0).ToList();
        if (told.Count == 0)
        {
            return Html.Empty;
        }

        var values = told.SelectMany(one => one.Points).Select(point => quantity.Of(point)!.Value).ToList();
        var frame = new PlotFrame(Epochs(Math.Max(1, stages.Max(stage => stage.At.End))), PlotFrame.Up(0, (1 + HeadRoom) * values.Max()));
        var lines = told.Select(one => Html.Of(
            $"""<path class="pl front {Class(one.Stage.At.Kind)}"{Owner(one.Stage)} d="{Line(Level(one.Points, quantity).Select(point => (frame.X.At(point.At), frame.Y.At(point.Value))))}"/>"""));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption><svg class="plot curves" viewBox="0 0 {PlotFrame.Width} {PlotFrame.Height}" role="img" aria-label="{title}: from {Words.Coefficient(Math.Round(values.Min(), 6))} to {Words.Coefficient(Math.Round(values.Max(), 6))}, of {string.Join(" and ", told.Select(one => one.Stage.At.Kind.ToString()).Distinct())}">
            {frame.Axes(up, tick => Words.Coefficient(tick), "epochs of the net →", Words.Short)}{Boundaries(stages, frame)}<g aria-hidden="true">{Html.Join(lines)}</g></svg></figure>
            """);
    }

    /// <summary>An epoch alone is as long as it is.</summary>
    private static IEnumerable<(double At, double Value)> Level(IReadOnlyList<CurvePoint> points, CurveQuantity quantity) =>
        (points.Count > 1 ? [] : points.Select(point => (point.At - 1.0, quantity.Of(point)!.Value))).Concat(points.Select(point => ((double)point.At, quantity.Of(point)!.Value)));

    private static Html Accuracy(IReadOnlyList<Net> nets)
    {
        var measured = nets.SelectMany(net => Measured(net.Curve, point => point.Accuracy)).ToList();
        var frame = new PlotFrame(
            Epochs(Math.Max(1, measured.Max(point => point.At))), PlotFrame.Up(measured.Min(point => point.Accuracy!.Value), measured.Max(point => point.Accuracy!.Value)));
        var lines = nets.Select(net => Html.If(Measured(net.Curve, point => point.Accuracy).Count > 1, () => Html.Of(
            $"""<path class="pl front {Method(net)}" data-trial="{net.Id}" d="{Line(Measured(net.Curve, point => point.Accuracy).Select(point => (frame.X.At(point.At), frame.Y.At(point.Accuracy!.Value))))}"/>""")));
        var points = nets.Select(net => Html.Join(Measured(net.Curve, point => point.Accuracy).Select(point => Mark(
            net, frame.X.At(point.At), frame.Y.At(point.Accuracy!.Value), $"{Words.Plural(point.At, "epoch")}: accuracy {Words.Percent(point.Accuracy.Value)}"))));
        return Html.Of($"""
            <svg class="plot curves" viewBox="0 0 {PlotFrame.Width} {PlotFrame.Height}" role="group" aria-label="Accuracy on the validation split over epochs of {Words.Plural(nets.Count, "net")}">
            {frame.Axes("↑ accuracy, %", value => PlotFrame.Decimals(frame.Y, 100, value), "epochs of the net →", Words.Short)}<g aria-hidden="true">{Html.Join(lines)}</g>{Html.Join(points)}</svg>
            """);
    }

    /// <summary>An axis of whole epochs.</summary>
    private static PlotScale Epochs(int end)
    {
        var step = Enumerable.Range(0, 30).Select(i => (i % 3) switch { 0 => 1, 1 => 2, _ => 5 } * Math.Pow(10, i / 3)).First(step => end / step <= MostTicks);
        var ticks = Enumerable.Range(0, (int)Math.Ceiling(end / step) + 1).Select(i => i * step).ToList();
        return PlotFrame.Across(0, end) with { Low = 0, High = ticks[^1], Ticks = ticks };
    }

    /// <summary>Where stages begin, named where another kind begins and there is room.</summary>
    private static Html Boundaries(IReadOnlyList<Shared> stages, PlotFrame frame)
    {
        var (drawn, named, last) = (new List<Html>(), double.NegativeInfinity, (StageKind?)null);
        foreach (var starts in stages.Where(stage => stage.At.End > stage.At.Start).GroupBy(stage => stage.At.Start).OrderBy(starts => starts.Key))
        {
            var x = frame.X.At(starts.Key);
            drawn.Add(Html.If(starts.Key > 0, () => Html.Of($"""<line class="denseline" x1="{x}" x2="{x}" y1="{frame.Y.From}" y2="{frame.Y.To}"/>""")));
            var kind = starts.First().At.Kind;
            if (x >= named && kind != last)
            {
                drawn.Add(Html.Of($"""<text x="{x + 4}" y="{NameLine}">{kind.ToString()}{(starts.DistinctBy(stage => stage.At.Kind).Count() > 1 ? ", …" : "")}</text>"""));
                (named, last) = (x + NameGap, kind);
            }
        }

        return Html.Of($"""<g aria-hidden="true">{Html.Join(drawn)}</g>""");
    }

    /// <summary>A stage goes on from where the one before it ended, so that one of a single epoch is a line, too.</summary>
    private static Html Path(Shared stage, PlotFrame frame) =>
        Line((stage.Before is { } before ? stage.Points.Prepend(before) : stage.Points.Count > 1 ? stage.Points : stage.Points.Concat(stage.Points))
            .Select(point => (frame.X.At(point.At), frame.Y.At(point.Loss!.Value))));

    private static Html Line(IEnumerable<(double X, double Y)> points) =>
        Html.Join(points.Select((point, i) => i == 0 ? Html.Of($"M{point.X} {point.Y}") : Html.Of($"L{point.X} {point.Y}")));

    private static Html Mark(Net net, double x, double y, string says) => Html.Of(
        $"""<g class="pt {(net.Method is null ? "" : "front ")}{Method(net)}" transform="translate({x} {y})" role="img" tabindex="0" aria-label="{$"{net.Id} after {says}"}" data-trial="{net.Id}"><circle class="halo" r="14"/>{(net.Method is { } method ? Marker.Of(method) : Marker.Dense)}</g>""");

    private static Html Table(IReadOnlyList<Net> nets, IReadOnlyList<Shared> stages)
    {
        string[] heads = ["Epochs", "First loss", "Last loss", "Last rate", "Accuracy after"];
        var rows = stages.Where(stage => stage.Points.Count > 0).Select(stage => Html.Of($"""
            <tr{Owner(stage)}><th scope="row">{stage.At.Kind.ToString()}</th><td class="wrap">{Whose(stage, nets)}</td>{Cell(stage.At.End - stage.At.Start == 1 ? Words.Count(stage.At.End) : $"{Words.Count(stage.At.Start + 1)}–{Words.Count(stage.At.End)}")}{Cell(Text(stage.Points[0].Loss!.Value))}{Cell(Text(stage.Points[^1].Loss!.Value))}{Cell(Words.Coefficient(stage.Points[^1].LearningRate))}{Cell(After(stage))}</tr>
            """));
        return Html.Of($"""
            <details><summary>The same as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Training, stage by stage"><table><thead><tr><th scope="col">Stage</th><th scope="col">Nets</th>{Html.Join(heads.Select(head => Html.Of($"""<th scope="col" class="num">{head}</th>""")))}</tr></thead><tbody>{Html.Join(rows)}</tbody></table></div></details>
            """);
    }

    /// <summary>What was measured at the end of a stage, of the first net that was.</summary>
    private static string After(Shared stage) =>
        stage.Nets.SelectMany(net => net.Curve.Points).FirstOrDefault(point => point.Accuracy is not null && point.At == stage.At.End) is { Accuracy: { } accuracy }
            ? Words.Percent(accuracy)
            : "–";

    private static string Whose(Shared stage, IReadOnlyList<Net> nets) =>
        stage.Nets.Count == nets.Count && nets.Count > 1 ? "all" : string.Join(", ", stage.Nets.Select(net => net.Id));

    private static string Scope(ExperimentResult result, IReadOnlyList<Net> nets)
    {
        var left = result.Front.Count - (nets.Count - 1);
        return $"The unpruned net and {(left > 0 ? $"the first {nets.Count - 1} of {Words.Count(result.Front.Count)} nets" : "every net")} on the front; a stage that nets share is one line. "
            + FormattableString.Invariant($"Training loss is the mean over an epoch, penalties excluded; of a stage with more than {StageHistory.MostEpochs} epochs as many are drawn.");
    }

    private static List<CurvePoint> Measured(TrainingCurve curve, Func<CurvePoint, double?> value) =>
        [.. curve.Points.Where(point => point.Accuracy is not null && value(point) is { } number && double.IsFinite(number))];

    private static Html Owner(Shared stage) => Html.If(stage.Nets.Count == 1, () => Html.Of($" data-trial=\"{stage.Nets[0].Id}\""));

    private static string Class(StageKind kind) => "k-" + kind.ToString().ToLowerInvariant();

    private static string Method(Net net) => net.Method is { } method ? Words.Method(method) : "dense";

    private static Html Cell(string text) => Html.Of($"""<td class="num">{text}</td>""");

    private static string Text(double loss) => loss.ToString("0.000", CultureInfo.InvariantCulture);
}
