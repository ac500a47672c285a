using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Silo.Web;

/// <summary>One trial: what it is, what came of it, on which path, and why.</summary>
internal static class SingleTrialPage
{
    public static async Task<IResult> Get(string name, string trial, HttpContext context, Board board, CancellationToken cancellationToken)
    {
        var visitor = Visitor.Of(context);
        return Layout.Page($"{trial} of {name}", await Part(name, trial, visitor, board, cancellationToken), visitor, Marks.PathOf(name) + "/events");
    }

    public static async Task<Html> Part(string name, string trial, Visitor visitor, Board board, CancellationToken cancellationToken)
    {
        var sight = await board.Look(name, cancellationToken);
        var detail = await board.Trial(sight, trial, cancellationToken);
        var found = detail.Trial;
        var scope = ResultBuilder.ScopeOf(await board.Spec(name, cancellationToken));
        var running = sight.Status.Running.ToDictionary(stage => stage.Stage);
        var front = sight.Status.Front.Select(point => point.Trial).ToList();
        var number = TrialPlanner.NumberOf(trial)!.Value;
        return Layout.Part(Sight.Trial, sight.Versions[Sight.Trial], $"{Marks.PathOf(name, trial)}/parts/trial", Html.Of($"""
            <p class="way"><a href="/">Experiments</a> › <a href="{Marks.PathOf(name)}">{name}</a></p>
            <div class="title"><h1>{TrialTable.Swatch(found.Settings.Method)}{found.Id} {Marks.State(found.State.ToString())}</h1><p class="orders">{Html.If(visitor.MayOrder, () => Orders(name, found))}{Neighbour(name, number - 1, "←", "Previous trial")}{Html.If(number + 1 < sight.Status.Trials.Total, () => Neighbour(name, number + 1, "→", "Next trial"))}</p></div>
            <p class="summary" data-say>{Words.Settings(found.Settings)}{(front.IndexOf(found.Id) is >= 0 and var place ? $" · no. {place + 1} on the front" : "")}</p>
            {Reasons(found)}
            {Html.If(found.Metrics is not null, () => Metrics(found, sight.Status.Dense, scope))}
            <section aria-labelledby="h-settings"><h2 id="h-settings">Settings</h2>{Facts(Settings(found.Settings, scope))}</section>
            {Html.If(found is { Shape: not null, Proof: not null }, () => Shape(found))}
            {Path(detail, running)}
            {Html.If(found.Rungs is { Count: > 0 }, () => Rungs(found))}
            """));
    }

    private static Html Neighbour(string name, int number, string arrow, string label) =>
        Html.If(number >= 0, () => Html.Of($"""<a class="button" href="{Marks.PathOf(name, TrialPlanner.IdOf(number))}" aria-label="{label}" data-page="{(arrow == "←" ? "previous" : "next")}">{arrow}</a> """));

    private static Html Orders(string name, TrialResult trial) => Html.Join(OrderPages.Fitting(trial.State).Select(order => Html.Of(
        $"""<a class="button" href="{Marks.PathOf(name, trial.Id)}/orders/{order.Word}" data-ask>{order.Title}</a> """)));

    private static Html Reasons(TrialResult trial) => Html.Of($"""
        {Html.If(trial.Reason is not null, () => Html.Of($"""<p class="endreason"><strong>Proposed because:</strong> {trial.Reason}</p>"""))}
        {Html.If(trial.StopReason is not null, () => Html.Of($"""<p class="endreason"><strong>Stopped because:</strong> {trial.StopReason}</p>"""))}
        {Html.If(trial.Failure is not null, () => Html.Of($"""<ul class="failures"><li><strong>{trial.Failure!.Failure.Reason.ToString()}</strong> in {Marks.Stage(trial.Failure.Stage)}: <span class="said">{trial.Failure.Failure.Message}</span></li></ul>"""))}
        """);

    private static Html Metrics(TrialResult trial, TrialMetrics? dense, MeasurementScope scope)
    {
        var metrics = trial.Metrics!;
        var seed = trial.Settings.Seed ?? scope.Seeds[0];
        var on = trial.Device is { } device ? $", on {device}" : "";
        var splits = FormattableString.Invariant($"seed {seed}{on}");
        return Html.Of($"""
            <dl class="tiles">{Tile("Accuracy", Words.Percent(metrics.Accuracy), $"{Points(metrics.Accuracy, dense?.Accuracy)}{Words.Count(scope.ValidationImages)} validation images, {splits}")}{Tile("Test accuracy", Words.Percent(metrics.TestAccuracy), $"{Points(metrics.TestAccuracy, dense?.TestAccuracy)}{Words.Count(scope.TestImages)} test images, never selected on, {splits}")}{Tile("Parameters", Words.Short(metrics.Parameters), $"{Words.Count(metrics.Parameters)}{Than(metrics.Parameters, dense?.Parameters)}{(metrics.Zeros is { } zeros ? $", {Words.Count(zeros)} of them zeros, not savings" : "")}")}{Tile("FLOPs", Words.Short(metrics.Flops), $"{Words.Count(metrics.Flops)}{Than(metrics.Flops, dense?.Flops)}")}{Html.Join((metrics.Speedups ?? []).Select(speed => Tile("Speed-up", Words.Times(speed.SpeedUp), FormattableString.Invariant($"at batch {speed.Batch}"))))}</dl>
            """);
    }

    private static string Points(double value, double? dense) => dense is { } reference ? $"{Words.Points(value - reference)} points to the dense net; " : "";

    private static string Than(long value, long? dense) => dense is { } whole ? $", {Words.Change(value, whole)} to the dense net" : "";

    private static Html Tile(string name, string value, string text) => Html.Of($"<div><dt>{name}</dt><dd><b>{value}</b><span>{text}</span></dd></div>");

    private static IEnumerable<(string, Html)> Settings(TrialSettings settings, MeasurementScope scope) =>
    [
        ("Method", Html.Of($"{TrialTable.Swatch(settings.Method)} {Words.Method(settings.Method)}")),
        ("Sparsity", Html.Of($"{Words.Percent(settings.Sparsity, 0)}{(settings.Target is { } target ? $" of {Words.Target(target)}" : "")}")),
        .. settings.Lambda is null ? [] : new[] { ("λ", Html.Of($"{Words.Coefficient(settings.Lambda)}")) },
        .. settings.Rho is null ? [] : new[] { ("ρ", Html.Of($"{Words.Coefficient(settings.Rho)}")) },
        ("Seed", Html.Of($"{settings.Seed ?? scope.Seeds[0]}")),
        .. settings.FinetuneSeed is not { } again ? [] : new[] { ("Fine-tune seed", Html.Of($"{again}")) },
        .. settings.FinetuneEpochs is not { } epochs ? [] : new[] { ("Fine-tune epochs", Html.Of($"{epochs}")) },
        .. settings.FinetuneLearningRate is not { } rate ? [] : new[] { ("Fine-tune rate", Html.Of($"{Words.Coefficient(rate)}")) },
        ("Data", Html.Of($"{scope.Data}")),
    ];

    private static Html Facts(IEnumerable<(string Term, Html Text)> facts) =>
        Html.Of($"""<dl class="facts">{Html.Join(facts.Select(fact => Html.Of($"<div><dt>{fact.Term}</dt><dd>{fact.Text}</dd></div>")))}</dl>""");

    private static Html Shape(TrialResult trial) => Html.Of($"""
        <section aria-labelledby="h-shape"><h2 id="h-shape">What is left of the net</h2>
        <ul class="shapes one"><li>{ShapePicture.Draw(trial.Shape!, trial.Proof!.Before)}<ol class="blocks">{Html.Join(ShapePicture.Describe(trial.Shape!, trial.Proof.Before).Split("; ").Select(block => Html.Of($"<li>{block[(block.IndexOf(':') + 1)..].Trim()}</li>")))}</ol></li></ul>
        <p class="note">One column a block: above its attention, below its MLP. The outline is the net before the cut, the fill what is left.{(trial.LargestLogitDifference is { } difference ? FormattableString.Invariant($" Masked and cut net differ by at most {difference:0.0e-0} in a logit.") : "")}</p></section>
        """);

    private static Html Path(TrialDetail detail, Dictionary<StageId, RunningStage> running)
    {
        var attempts = detail.Attempts.ToLookup(span => span.Stage);
        return Html.Of($"""
            <section aria-labelledby="h-path"><h2 id="h-path">The path of its stages</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Stages"><table><thead><tr><th scope="col">Stage</th><th scope="col">State</th><th scope="col">Attempts</th><th scope="col" class="num">Started</th><th scope="col" class="num">Took</th><th scope="col" class="num">Epochs</th><th scope="col" class="num">Peak memory</th><th scope="col">Paid</th></tr></thead>
            <tbody>{Html.Join(detail.Trial.Stages.Select(stage => Stage(stage, [.. attempts[stage]], running.GetValueOrDefault(stage))))}</tbody></table></div></section>
            """);
    }

    private static Html Stage(StageId id, IReadOnlyList<StageSpan> spans, RunningStage? running)
    {
        var last = spans.Count > 0 ? spans[^1] : null;
        var state = running is not null ? "Running" : last?.Outcome.ToString() ?? "";
        return Html.Of($"""
            <tr><th scope="row">{Marks.Stage(id)}{Html.If(last is not null, () => Html.Of($"<small>{last!.Label}</small>"))}</th><td>{(running is not null
                ? Html.Of($"""<span class="state Running">{Marks.Slot(running.Worker)}, {Marks.Epochs(running.EpochsDone, running.Epochs)} epochs</span>""")
                : Html.Of($"""<span class="state {state}">{(last is null ? "not ended" : state)}</span>"""))}</td><td>{Html.Join(spans.Select(span => Html.Of($"""<span class="attempt">{span.Attempt}: {span.Worker} <small>{span.Outcome.ToString().ToLowerInvariant()}{(span.Reason is { } why ? ", " + why : "")}</small></span>""")))}</td><td class="num">{(last is null ? new Html("–") : Marks.Time(last.Start))}</td><td class="num">{(last is null ? "–" : Words.Duration(last.End - last.Start))}</td><td class="num">{(spans.Any(span => span.Epochs is not null) ? FormattableString.Invariant($"{spans.Sum(span => span.Epochs ?? 0):0.#}") : "–")}</td><td class="num">{(spans.Max(span => span.PeakMemory) is { } peak ? Marks.Bytes(peak) : "–")}</td><td>{(last is null ? "" : last.PaidHere ? "here" : "by another experiment")}</td></tr>

            """);
    }

    private static Html Rungs(TrialResult trial) => Html.Of($"""
        <section aria-labelledby="h-rungs"><h2 id="h-rungs">Its rungs</h2><div class="scroll" tabindex="0" role="region" aria-label="Rungs"><table><thead><tr><th scope="col">After</th><th scope="col" class="num">Accuracy</th><th scope="col">Decision</th></tr></thead>
        <tbody>{Html.Join(trial.Rungs!.Select(rung => Html.Of($"""<tr><th scope="row">{Words.Plural(rung.Epochs, "epoch")}</th><td class="num">{Words.Percent(rung.Metrics.Accuracy)}</td><td class="wrap">{DecisionWords.At(rung)}</td></tr>""")))}</tbody></table></div></section>
        """);
}
