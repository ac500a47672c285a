using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Writes trials for people. What is not kept of an ended trial is planned again, and the outcomes come from the pages that have them: a page of
/// trials costs as much as it is long.
/// </summary>
internal sealed class ExperimentDocuments(TrialPlanner planner, TrialSource source, TrialBook trials, StageBook book, RungVerdicts? verdicts)
{
    /// <summary>Pages of outcomes that these documents are made from.</summary>
    /// <remarks>Of all trials these are all pages, whatever is on them: nothing is planned to know them.</remarks>
    public IEnumerable<int> PagesFor(int offset, int limit) => offset == 0 && limit >= Listed
        ? Enumerable.Range(-1, TrialPages.PageOf(Listed - 1) + 2)
        : PagesFor(Plans(offset, limit));

    /// <summary>Pages of outcomes that the documents of these trials are made from.</summary>
    public IEnumerable<int> PagesFor(IEnumerable<(int Number, TrialPlan Plan)> plans) =>
        plans.SelectMany(trial => trial.Plan.Stages.Select(stage => OwnerOf(stage.Id, trial.Number))).Append(-1).Select(TrialPages.PageOf).Distinct();

    /// <summary>Trials that there is something to say of: those opened, and those of a grid, which are known before.</summary>
    public int Listed => source.Ahead(trials.All.Count) is null ? trials.All.Count : source.Total;

    /// <param name="plans">Of <see cref="Plans(int, int)"/>.</param>
    public IReadOnlyList<TrialResult> Results(
        IEnumerable<(int Number, TrialPlan Plan)> plans, ExperimentState state, Func<int, StageId, StageStanding?> stored) =>
        [.. plans.Select(trial => ResultOf(trial.Number, trial.Plan, state, stored))];

    /// <summary>How a stage stands, for who asks for the unpruned nets.</summary>
    public StageStanding? Standing(StageId stage, Func<int, StageId, StageStanding?> stored) => Standing(stage, OwnerOf(stage, -1), stored);

    /// <summary>The paths of these trials, planned again where they are not kept.</summary>
    public IEnumerable<(int Number, TrialPlan Plan)> Plans(int offset, int limit)
    {
        for (var number = offset; number - (long)offset < limit; number++)
        {
            var trial = number < trials.All.Count ? trials.All[number] : null;
            if ((trial?.Settings ?? source.Ahead(number)) is not { } settings)
            {
                yield break;
            }

            yield return (number, trial?.Plan ?? planner.Plan(number, settings));
        }
    }

    /// <summary>
    /// The paths of unpruned nets and of every trial, whose spans are gathered as they pass: planning a hundred thousand of them a second time would cost
    /// more than all the rest of a document.
    /// </summary>
    public IEnumerable<TrialPlan> Timed(
        IEnumerable<(int Number, TrialPlan Plan)> plans, TimelineBuilder timeline, Func<int, StageId, StageStanding?> stored)
    {
        foreach (var (number, plan) in planner.Dense.Select(plan => (-1, plan)).Concat(plans))
        {
            timeline.Add(plan, stage => Standing(stage, OwnerOf(stage, number), stored));
            yield return plan;
        }
    }

    /// <summary>Numbers of the trials that a query wants, its page alone, and how many it would have without one.</summary>
    /// <param name="query">Which trials, and in which order.</param>
    /// <param name="state">The experiment's.</param>
    /// <param name="front">Ids of those on the front.</param>
    public (IReadOnlyList<int> Numbers, int Total) Find(TrialQuery query, ExperimentState state, IEnumerable<string> front)
    {
        var listed = Listed;
        if (query.TakesAll)
        {
            return ([.. query.Page(listed).Select(place => query.Descending ? listed - 1 - place : place)], listed);
        }

        var found = TrialSelection.Of(Enumerable.Range(0, listed).Select(number => OutlineOf(number, state)), front, query);
        return ([.. query.Page(found.Count).Select(place => found[place])], found.Count);
    }

    /// <summary>What is in memory of these trials.</summary>
    public IReadOnlyList<TrialResult> Brief(IReadOnlyList<int> numbers, ExperimentState state) => [.. numbers.Select(number => BriefOf(number, state))];

    /// <summary>The paths of listed trials, planned again where they are not kept.</summary>
    public IReadOnlyList<(int Number, TrialPlan Plan)> Plans(IReadOnlyList<int> numbers) => [.. numbers.SelectMany(number => Plans(number, 1))];

    /// <summary>Attempts at those stages of a trial that have ended.</summary>
    public IReadOnlyList<StageSpan> Attempts(int number, TrialPlan plan, Func<int, StageId, StageStanding?> stored)
    {
        var timeline = new TimelineBuilder();
        timeline.Add(plan, stage => Standing(stage, OwnerOf(stage, number), stored));
        return timeline.Spans;
    }

    private TrialOutline OutlineOf(int number, ExperimentState state)
    {
        var trial = number < trials.All.Count ? trials.All[number] : null;
        var note = trial?.End switch
        {
            { Failure.Failure.Message: var message } => message,
            { State: TrialState.Stopped } => StopReason(trial),
            _ => null,
        };
        return new TrialOutline(number, StateOf(trial, state), trial?.Settings ?? source.Ahead(number)!, trial?.End?.Metrics, note);
    }

    private static TrialState StateOf(ExperimentTrial? trial, ExperimentState state) =>
        trial?.End?.State ?? (state is ExperimentState.Complete or ExperimentState.Cancelled or ExperimentState.Failed ? TrialState.Stopped : trial?.State ?? TrialState.Waiting);

    private TrialResult ResultOf(int number, TrialPlan plan, ExperimentState state, Func<int, StageId, StageStanding?> stored)
    {
        var trial = number < trials.All.Count ? trials.All[number] : null;
        var shown = StateOf(trial, state);
        var document = ResultBuilder.TrialOf(plan, shown, stage => Standing(stage, OwnerOf(stage, number), stored), trial?.End?.Failure);
        return Told(document, trial, number);
    }

    private TrialResult BriefOf(int number, ExperimentState state)
    {
        var trial = number < trials.All.Count ? trials.All[number] : null;
        var settings = trial?.Settings ?? source.Ahead(number)!;
        var brief = new TrialResult { Id = TrialPlanner.IdOf(number), State = StateOf(trial, state), Settings = settings, Failure = trial?.End?.Failure, Stages = [] };
        return Told(brief, trial, number);
    }

    /// <summary>With what is in memory of it.</summary>
    private TrialResult Told(TrialResult document, ExperimentTrial? trial, int number) => document with
    {
        Metrics = trial?.End?.Metrics,
        Reason = trial?.Reason ?? source.GridReason(number),
        Rungs = trial is { Rungs.Count: > 0 } ? [.. trial.Rungs.Select((rung, place) => Explained(trial, rung, place))] : null,
        StopReason = trial?.End is { State: TrialState.Stopped } ? StopReason(trial) : document.StopReason,
    };

    private RungOutcome Explained(ExperimentTrial trial, RungOutcome rung, int place) =>
        rung is { Verdict: TrialVerdict.Wait, Reason: null } && !trial.HasEnded && verdicts is not null
            ? rung with { Reason = verdicts.Waiting(place, rung.Epochs) }
            : rung;

    /// <summary>A rule stops a trial at a rung and says why; nobody but a person stops one otherwise.</summary>
    private static string StopReason(ExperimentTrial trial) =>
        trial.Rungs is [.., { Verdict: TrialVerdict.Stop, Reason: { } reason }] ? reason : "a person stopped it";

    private int OwnerOf(StageId stage, int otherwise) => book.Find(stage)?.Owner ?? otherwise;

    private StageStanding? Standing(StageId stage, int owner, Func<int, StageId, StageStanding?> stored) =>
        stored(owner, stage) ?? (book.Find(stage) is { Requested: true } ? new StageStanding() : null);
}
