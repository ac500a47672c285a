namespace Sweep.Planning.Report;

/// <summary>The parts of the report, each of which says something sensible when there is nothing to show yet.</summary>
internal static class ReportSections
{
    /// <summary>How far from the dense net's accuracy a smaller net still counts as equally good, as a fraction.</summary>
    private const double OnePoint = 0.01;

    /// <summary>Paths that are listed to be read.</summary>
    private const int MostPaths = 60;

    /// <summary>Nets of the front that are drawn one beside the other.</summary>
    private const int MostCards = 24;

    public static string Summary(ExperimentResult result)
    {
        int Count(TrialState state) => result.Trials.Count(trial => trial.State == state);
        string[] parts =
        [
            FormattableString.Invariant($"{Count(TrialState.Complete)} of {Words.Plural(result.Trials.Count, "trial")} complete"),
            .. new[] { TrialState.Running, TrialState.Waiting, TrialState.Stopped, TrialState.Failed }
                .Where(state => Count(state) > 0)
                .Select(state => FormattableString.Invariant($"{Count(state)} {state.ToString().ToLowerInvariant()}")),
            Words.Plural(result.Front.Count, "net") + " on the front",
        ];
        return string.Join(" · ", parts);
    }

    public static Html Tiles(ExperimentResult result)
    {
        var front = FrontTrials(result);
        var tiles = new List<Html>();
        if (result.Dense is { } dense)
        {
            tiles.Add(Tile("Dense net", Words.Percent(dense.Accuracy), $"{Words.Short(dense.Parameters)} parameters, {Words.Short(dense.Flops)} FLOPs"));
            if (front.Count > 0)
            {
                var best = front.MaxBy(trial => trial.Metrics!.Accuracy)!;
                tiles.Add(Tile("Most accurate", Words.Percent(best.Metrics!.Accuracy),
                    $"{Words.Points(best.Metrics.Accuracy - dense.Accuracy)} points with {Words.Change(best.Metrics.Parameters, dense.Parameters)} parameters: {best.Id}, {Words.Method(best.Settings.Method)}"));
            }

            var lean = front.Where(trial => trial.Metrics!.Accuracy >= dense.Accuracy - OnePoint).MinBy(trial => trial.Metrics!.Parameters);
            if (lean is not null)
            {
                tiles.Add(Tile("Smallest within one point", Words.Change(lean.Metrics!.Parameters, dense.Parameters),
                    $"parameters, {Words.Change(lean.Metrics.Flops, dense.Flops)} FLOPs at {Words.Percent(lean.Metrics.Accuracy)}: {lean.Id}, {Words.Method(lean.Settings.Method)}"));
            }
        }

        if (result.Hypervolume is { } volume)
        {
            tiles.Add(Tile("Hypervolume", volume.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture),
                "of the box from the dense net's costs at accuracy 0 to none at accuracy 1"));
        }

        return tiles.Count == 0 ? Html.Empty : Html.Of($"""
            <dl class="tiles">{Html.Join(tiles)}</dl>
            <p class="note">{NumberBasis.InShort(result)}</p>
            """);
    }

    public static Html Plots(ExperimentResult result)
    {
        if (result.Dense is null && result.Trials.All(trial => trial.Metrics is null))
        {
            return new Html("<p class=\"empty\">No net has been evaluated yet. The front appears with the first complete trial.</p>");
        }

        var latency = result.Trials.SelectMany(trial => trial.Metrics?.Speedups?.Take(1) ?? []).Select(speed => (int?)speed.Batch).FirstOrDefault();
        var methods = result.Trials.Select(trial => trial.Settings.Method).Distinct().Order().Select(method => Html.Of(
            $"""<li>{TrialTable.Swatch(method)}{Words.Method(method)}{Html.If(!method.IsStructured(), () => new Html("<span class=\"hint\">zeros, not savings</span>"))}</li>"""));
        return Html.Of($"""
            <ul class="legend">{Html.Join(methods)}<li><svg class="swatch dense" viewBox="-9 -9 18 18" aria-hidden="true">{Marker.Dense}</svg>dense net</li><li class="hint">solid and numbered: on the front; faint: dominated{(result.Trials.Count > ReportDetail.MostTrials ? ", in squares that are the stronger the more trials lie there" : "")}</li></ul>
            <div class="plots"><figure><figcaption>Accuracy and parameters</figcaption>{new FrontPlot(result, "parameters", "parameters", metrics => metrics.Parameters).Draw()}</figure>
            <figure><figcaption>Accuracy and FLOPs</figcaption>{new FrontPlot(result, "flops", "FLOPs", metrics => metrics.Flops).Draw()}</figure>
            {Html.If(latency is not null, () => Html.Of($"<figure><figcaption>Accuracy and latency</figcaption>{new FrontPlot(result, "latency", FormattableString.Invariant($"latency at batch {latency}"), Latency, Words.Milliseconds).Draw()}</figure>"))}</div>
            <p class="note">{Noise(result)}</p>
            """);
    }

    /// <summary>In seconds, at the first batch size; NaN where it was not measured.</summary>
    private static double Latency(TrialMetrics metrics) => metrics.Speedups is [var first, ..] ? first.Net.P50 : double.NaN;

    /// <summary>What one accuracy is worth: the standard error of a proportion, √(p(1−p)/n).</summary>
    private static string Noise(ExperimentResult result)
    {
        var p = result.Dense?.Accuracy ?? result.Trials.First(trial => trial.Metrics is not null).Metrics!.Accuracy;
        var error = Math.Sqrt(p * (1 - p) / Math.Max(1, result.Scope.ValidationImages));
        return $"Top-1 accuracy on {Words.Count(result.Scope.ValidationImages)} validation images, {(result.Scope.Seeds.Count == 1 ? "one seed" : "one seed a point")}. "
            + FormattableString.Invariant($"One standard error is about {error * 100:0.00} points: smaller differences are noise.");
    }

    public static Html Failures(ExperimentResult result)
    {
        var failed = result.Trials.Where(trial => trial.Failure is not null).GroupBy(trial => trial.Failure!.Stage).ToList();
        return Html.If(failed.Count > 0, () => Html.Of($"""
            <ul class="failures">{Html.Join(failed.Select(group => Html.Of($"""
                <li><strong>{group.First().Failure!.Failure.Reason.ToString()}</strong> in <code>{group.Key.Value}</code>: {group.First().Failure!.Failure.Message} <span class="hint">Ended {string.Join(", ", group.Select(trial => trial.Id))}.</span></li>
                """)))}</ul>
            """));
    }

    public static Html Shapes(ExperimentResult result)
    {
        var front = FrontTrials(result);
        if (front.Count == 0 || result.DenseShape is not { } dense)
        {
            return new Html("<p class=\"empty\">The nets on the front are drawn here once there are some.</p>");
        }

        var cards = front.Take(MostCards).Select((trial, i) => Html.If(trial.Shape is not null, () => Html.Of($"""
            <li data-trial="{trial.Id}"><h3><span class="no">{i + 1}</span>{TrialTable.Swatch(trial.Settings.Method)}{trial.Id}</h3>{ShapePicture.Draw(trial.Shape!, dense)}<p>{Words.Percent(trial.Metrics!.Accuracy)}<br><span class="hint">{Words.Short(trial.Metrics.Parameters)} parameters</span></p></li>
            """)));
        return Html.Of($"""
            <p class="note">One column a block: above its attention, below its MLP. The outline is the dense net, the fill what is left. Height is kept width, cut into heads; breadth is kept input channels; area is weights.</p>
            <ul class="shapes">{Html.Join(cards)}</ul>
            {Html.If(front.Count > MostCards, () => Html.Of($"""<p class="note">The {MostCards} most accurate nets of the front are drawn here; the others, where they are chosen.{(front.Count > ReportDetail.MostShapes ? $" The file carries the shapes of {ReportDetail.MostShapes} nets of the front, at even distances." : "")}</p>"""))}
            """);
    }

    public static Html Sharing(ExperimentResult result)
    {
        var sharing = result.Sharing;
        if (sharing.EpochsAsked == 0)
        {
            return Html.Empty;
        }

        var saved = 1 - (double)sharing.EpochsNeeded / sharing.EpochsAsked;
        Html Bar(string name, int epochs) => Html.Of($"""
            <div class="bar"><dt>{name}</dt><dd><span style="width:{100.0 * epochs / Math.Max(1, Math.Max(sharing.EpochsAsked, sharing.EpochsNeeded))}%"></span><b>{epochs}</b></dd></div>
            """);
        return Html.Of($"""
            <p>The trials ask for {Words.Plural(sharing.EpochsAsked, "epoch")} of training. With every common stage run once, {sharing.EpochsNeeded} are needed{(saved > 0 ? $": {Words.Percent(saved, 0)} less" : "")}.</p>
            <dl class="bars">{Bar("asked", sharing.EpochsAsked)}{Bar("needed", sharing.EpochsNeeded)}{Bar("run here", sharing.EpochsRun)}</dl>
            """);
    }

    public static Html Provenance(ExperimentResult result)
    {
        var scope = result.Scope;
        var devices = result.Trials.Select(trial => trial.Device).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var proofs = result.Trials.Where(trial => trial.LargestLogitDifference is not null).Select(trial => trial.LargestLogitDifference!.Value).ToList();
        var objectives = string.Join(", ", result.Objectives.Select(objective => $"{objective.Metric.ToString().ToLowerInvariant()} {objective.Goal.ToString().ToLowerInvariant()}d"));
        (string Term, string Text)[] facts =
        [
            ("Data", $"{scope.Data}: {Words.Count(scope.ValidationImages)} validation images cut from the training set (seed {Words.Coefficient(scope.SplitSeed)}), {Words.Count(scope.TestImages)} test images"),
            ("Selection", "the front is chosen on validation; the test split is reported and never selected on"),
            ("Objectives", objectives),
            ("Training seeds", string.Join(", ", scope.Seeds.Select(seed => FormattableString.Invariant($"{seed}")))),
            ("FLOPs", "multiply-accumulates of one image, exact"),
            .. devices.Count > 0 ? new[] { ("Devices", string.Join(", ", devices)) } : [],
            .. proofs.Count > 0
                ? new[] { ("Surgery", FormattableString.Invariant($"largest difference of a logit between a masked dense net and its cut net: {proofs.Max():0.0e-0} over {proofs.Count} cuts")) }
                : [],
        ];
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        var paths = (result.DenseSeeds?.Select(net => (net.Id, net.Stages)) ?? [(Id: ExperimentPlanner.DenseId, Stages: result.DenseStages)])
            .Concat(result.Trials.OrderBy(trial => front.Contains(trial.Id) ? 0 : 1).Select(trial => (trial.Id, trial.Stages)))
            .Where(path => path.Stages.Count > 0)
            .ToList();
        var stages = paths.Take(MostPaths).Select(path => Html.Of(
            $"""<tr data-trial="{path.Id}"><th scope="row">{path.Id}</th><td>{Html.Join(path.Stages.Select(stage => Html.Of($"<code>{stage.Value}</code> ")))}</td></tr>"""));
        return Html.Of($"""
            <dl class="facts">{Html.Join(facts.Select(fact => Html.Of($"<div><dt>{fact.Term}</dt><dd>{fact.Text}</dd></div>")))}</dl>
            <details><summary>Stages of {(paths.Count <= MostPaths ? "every trial" : FormattableString.Invariant($"{MostPaths} of {paths.Count} nets, the front first; every other's are in its card"))}</summary><div class="scroll" tabindex="0" role="region" aria-label="Stages"><table class="stages"><thead><tr><th scope="col">Net</th><th scope="col">Stages, in the order that they ran</th></tr></thead><tbody>{Html.Join(stages)}</tbody></table></div></details>
            """);
    }

    /// <summary>Best first.</summary>
    public static List<TrialResult> FrontTrials(ExperimentResult result)
    {
        var trials = result.Trials.ToDictionary(trial => trial.Id, StringComparer.Ordinal);
        return [.. result.Front.Select(id => trials[id]).Where(trial => trial.Metrics is not null)];
    }

    private static Html Tile(string name, string value, string text) =>
        Html.Of($"<div><dt>{name}</dt><dd><b>{value}</b><span>{text}</span></dd></div>");
}
