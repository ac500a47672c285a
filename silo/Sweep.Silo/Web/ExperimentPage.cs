using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;

namespace Sweep.Silo.Web;

/// <summary>One experiment, part by part. Each part can be asked for alone.</summary>
internal static class ExperimentPage
{
    /// <summary>Points that are drawn one by one; beyond, the front and so many others at even distances.</summary>
    private const int MostPoints = 500;

    private const int MostFailures = 20;

    /// <summary>Trials beyond which the whole result takes so long that somebody has to ask for it.</summary>
    private const int MostAnalysed = 5000;

    public static async Task<IResult> Get(string name, HttpContext context, Board board, CancellationToken cancellationToken)
    {
        var sight = await board.Look(name, cancellationToken);
        var visitor = Visitor.Of(context);
        var parts = new List<Html>();
        foreach (var part in new[] { Sight.Head, Sight.Running, Sight.Front, Sight.Failures, Sight.Trials, Sight.Analysis })
        {
            parts.Add(await Draw(part, sight, context.Request.Query, visitor, board, cancellationToken));
        }

        return Layout.Page(sight.Status.Name, Html.Join(parts), visitor, Marks.PathOf(name) + "/events");
    }

    /// <returns>Null where there is no such part.</returns>
    public static async Task<Html?> Part(string part, string name, HttpContext context, Board board, CancellationToken cancellationToken)
    {
        var sight = await board.Look(name, cancellationToken);
        return part == Sight.Trial || !sight.Versions.ContainsKey(part) ? null
            : await Draw(part, sight, context.Request.Query, Visitor.Of(context), board, cancellationToken);
    }

    private static async Task<Html> Draw(string part, Sight sight, IQueryCollection query, Visitor visitor, Board board, CancellationToken cancellationToken)
    {
        var name = sight.Status.Name;
        var version = sight.Versions[part];
        switch (part)
        {
            case Sight.Head:
                return Framed(Head(sight, visitor));
            case Sight.Running:
                return Framed(RunningStages(sight.Status));
            case Sight.Front:
                return Framed(await Front(sight, board, cancellationToken));
            case Sight.Failures:
                return Framed(await Failures(sight, board, cancellationToken));
            case Sight.Trials:
                return Framed(await TrialsPart.Draw(sight, query, board, cancellationToken));
            default:
                var wanted = query.ContainsKey("analysis");
                var analysis = sight.Status.Trials.Total <= MostAnalysed || wanted ? await board.Analyse(name, cancellationToken) : null;
                version = analysis?.Version ?? version;
                return Framed(analysis is null ? Unasked(sight.Status) : analysis.Sections);
        }

        Html Framed(Html body) => Layout.Part(part, version, $"{Marks.PathOf(name)}/parts/{part}", body);
    }

    private static Html Head(Sight sight, Visitor visitor)
    {
        var status = sight.Status;
        var (trials, done) = (status.Trials, ExperimentsPage.PartOf(status));
        string[] counts =
        [
            $"{Words.Count(trials.Complete)} of {Words.Count(trials.Total)} trials complete",
            .. Count(trials.Running, "running"), .. Count(trials.Waiting, "waiting"), .. Count(trials.Stopped, "stopped"), .. Count(trials.Failed, "failed"),
            Words.Plural(status.Front.Count, "net") + " on the front",
        ];
        return Html.Of($"""
            <p class="way"><a href="/">Experiments</a></p>
            <div class="title"><h1>{status.Name} {Marks.State(status.State.ToString())}</h1><p class="orders">{Html.If(visitor.MayOrder, () => Orders(status))}<a class="button" href="{Marks.PathOf(status.Name)}/report" download="{status.Name}.html">Report</a></p></div>
            <div class="way-to-go">{Marks.Progress(done, "Progress")}<p><b>{(done is { } part ? Words.Percent(part, 0) : "–")}</b> {Marks.Epochs(status.EpochsDone, status.EpochsNeeded)} epochs, {status.StagesDone} of {Words.Plural(status.Stages, "stage")}{(sight.Left is { } left ? $" · about {Words.Duration(left)} left" : "")}</p></div>
            <p class="summary" data-say>{string.Join(" · ", counts)}</p>
            <p class="summary">Submitted {Marks.Time(status.SubmittedAt)}{Html.If(status.EndedAt is not null, () => Html.Of($", ended {Marks.Time(status.EndedAt!.Value)} after {Words.Duration(status.EndedAt!.Value - status.SubmittedAt)}"))}</p>
            {Why("It failed", status.Failure)}{Why("It ended before its last trial", status.Reason)}{Why("It paused by itself", status.PausedFor)}
            """);
    }

    private static IEnumerable<string> Count(int count, string word) => count == 0 ? [] : [$"{Words.Count(count)} {word}"];

    private static Html Why(string what, string? reason) => Html.If(reason is not null, () => Html.Of($"""<p class="endreason"><strong>{what}:</strong> {reason}</p>"""));

    private static Html Orders(ExperimentStatus status) => Html.Join(OrderPages.Fitting(status.State).Select(order => Html.Of(
        $"""<a class="button" href="{Marks.PathOf(status.Name)}/orders/{order.Word}" data-ask>{order.Title}</a> """)));

    private static Html RunningStages(ExperimentStatus status) => Html.If(status.State == ExperimentState.Running || status.Running.Count > 0, () => Html.Of($"""
        <section aria-labelledby="h-running"><h2 id="h-running">Running now</h2>
        {(status.Running.Count == 0 ? new Html("<p class=\"empty\">No stage of this experiment has a worker at this moment.</p>") : RunningTable(status))}</section>
        """));

    private static Html RunningTable(ExperimentStatus status) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Running stages"><table><thead><tr><th scope="col">Worker</th><th scope="col">Stage</th><th scope="col">Epochs</th><th scope="col" class="num">Loss</th><th scope="col" class="num">Attempt</th></tr></thead>
        <tbody>{Html.Join(status.Running.Select(stage => Html.Of($"""
            <tr><th scope="row">{Marks.Slot(stage.Worker)}</th><td>{Marks.Stage(stage.Stage)}</td><td class="progress">{Marks.Progress(stage.Epochs > 0 ? stage.EpochsDone / stage.Epochs : null, "Epochs")}<small>{(stage.Epochs > 0 ? Marks.Epochs(stage.EpochsDone, stage.Epochs) : "does not train")}</small></td><td class="num">{(stage.Loss is { } loss ? loss.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) : "–")}</td><td class="num">{stage.Attempt}</td></tr>

            """)))}</tbody></table></div>
        """);

    /// <summary>What the experiment's status and some of its complete trials say: whatever the number of trials, a bounded picture.</summary>
    private static async Task<Html> Front(Sight sight, Board board, CancellationToken cancellationToken)
    {
        var status = sight.Status;
        var spec = await board.Spec(status.Name, cancellationToken);
        var complete = await board.Find(sight, new TrialQuery { State = TrialState.Complete, Limit = MostPoints, Spread = true, Brief = true }, cancellationToken);
        var front = status.Front.Select(point => new TrialResult { Id = point.Trial, State = TrialState.Complete, Settings = point.Settings, Metrics = point.Metrics, Stages = [] }).ToList();
        var known = front.Select(trial => trial.Id).ToHashSet(StringComparer.Ordinal);
        var drawn = new ExperimentResult
        {
            Experiment = status.Name,
            State = status.State,
            Objectives = spec.Objectives,
            Dense = status.Dense,
            Trials = [.. complete.Trials.Where(trial => !known.Contains(trial.Id)), .. front],
            Front = [.. front.Select(trial => trial.Id)],
            Sharing = new SharingResult { EpochsAsked = 0, EpochsNeeded = 0, EpochsRun = 0 },
            Scope = ResultBuilder.ScopeOf(spec),
        };
        return Html.Of($"""
            {ReportSections.Tiles(drawn)}
            <section aria-labelledby="h-front" data-trials="{Marks.PathOf(status.Name)}/trials/"><h2 id="h-front">The front</h2>
            {ReportSections.Plots(drawn)}
            {Html.If(complete.Total > drawn.Trials.Count, () => Html.Of($"""<p class="note">Drawn are the front and {Words.Count(drawn.Trials.Count - front.Count)} others at even distances, of {Words.Count(complete.Total)} complete trials.</p>"""))}
            </section>
            """);
    }

    private static async Task<Html> Failures(Sight sight, Board board, CancellationToken cancellationToken)
    {
        if (sight.Status.Trials.Failed == 0)
        {
            return Html.Empty;
        }

        var failed = await board.Find(sight, new TrialQuery { State = TrialState.Failed, Limit = 200, Brief = true }, cancellationToken);
        var groups = failed.Trials.Where(trial => trial.Failure is not null).GroupBy(trial => trial.Failure!.Stage).ToList();
        return Html.Of($"""
            <section aria-labelledby="h-failures"><h2 id="h-failures">Failures</h2><ul class="failures">{Html.Join(groups.Take(MostFailures).Select(group => Html.Of($"""
                <li><strong>{group.First().Failure!.Failure.Reason.ToString()}</strong> in {Marks.Stage(group.Key)}: <span class="said">{group.First().Failure!.Failure.Message}</span> <span class="hint">Ended {Html.Join(group.Take(5).Select(trial => Html.Of($"""<a href="{Marks.PathOf(sight.Status.Name, trial.Id)}">{trial.Id}</a> """)))}{(group.Count() > 5 ? $"and {group.Count() - 5} more" : "")}</span></li>
                """)))}</ul>
            <p class="note"><a href="{Marks.PathOf(sight.Status.Name)}?state=failed#h-trials">All {Words.Plural(failed.Total, "failed trial")}</a></p></section>
            """);
    }

    private static Html Unasked(ExperimentStatus status) => Html.Of($"""
        <section aria-labelledby="h-analysis"><h2 id="h-analysis">Growth, timeline, importance</h2>
        <p class="empty">They are drawn from the whole result, which takes the cluster seconds for {Words.Count(status.Trials.Total)} trials. <a href="?analysis=1#h-trials">Draw them now</a></p></section>
        """);
}
