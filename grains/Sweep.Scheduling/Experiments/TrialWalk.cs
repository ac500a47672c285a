using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Opens trials and moves them along their paths: through stages that have ended, to rungs that hold them, to their ends. Opening one costs as much as
/// its path is long, moving one as much as it goes.
/// </summary>
internal sealed class TrialWalk(
    SweepSpec spec,
    TrialPlanner planner,
    TrialSource source,
    StageBook book,
    TrialBook trials,
    ExperimentFront front,
    RungVerdicts? verdicts,
    PlateauWatch? plateau)
{
    private readonly Queue<ExperimentTrial> _promoted = [];

    /// <summary>Of the first seed's unpruned net.</summary>
    public TrialMetrics? Dense { get; private set; }

    /// <summary>Why there is no trial after those there are; null where the searcher has not said so.</summary>
    public string? Exhausted { get; private set; }

    /// <summary>Trials that there are to be.</summary>
    public int Total => Exhausted is not null ? trials.All.Count : Math.Max(source.Total, trials.All.Count);

    public bool HasNoMore => Exhausted is not null || trials.All.Count >= source.Total;

    /// <summary>Trials open at once where the spec says nothing: of a searcher that learns few, or it would learn late.</summary>
    private int Slots => spec.Parallelism
        ?? (spec.Search.Algorithm.Learns() ? spec.Search.Population ?? SearchDefaults.LearningSlots : SearchDefaults.Slots);

    /// <summary>Lets trials go on and opens new ones, as far as the parallelism allows; once none runs, those that wait are decided on.</summary>
    public void Go()
    {
        Fill();
        while (verdicts is not null && HasNoMore && trials.Active == 0 && trials.Held > 0 && Decide(verdicts.Close()))
        {
            Fill();
        }
    }

    public void Restore(StoredTrial stored)
    {
        if (stored.Number != trials.All.Count)
        {
            throw new ArgumentException(FormattableString.Invariant($"Trials are stored without gaps, but after {trials.All.Count} comes number {stored.Number}."));
        }

        var trial = ExperimentTrial.Restored(stored);
        trials.Add(trial);
        verdicts?.Restore(trial);
        if (trial.End is { } end)
        {
            book.Restore(stored, end);
            Collect(trial);
        }
        else
        {
            Enter(trial, planner.Plan(trial.Number, trial.Settings!));
        }

        source.Note(trial);
    }

    /// <summary>Ends a trial before its time. No effect on one that has ended.</summary>
    /// <returns>Stages that were requested for this trial, and that no other wants.</returns>
    public IReadOnlyList<StageId> Stop(int number)
    {
        var trial = trials.All[number];
        if (trial.Path is not { } path)
        {
            return [];
        }

        var rest = path[trial.At..];
        if (trial.Held)
        {
            trials.Resume(trial);
        }

        Close(trial, TrialState.Stopped, null);
        return book.Abandon(rest, trial);
    }

    /// <summary>Lets a stopped trial go on from where it was stopped, whoever stopped it. No effect on any other.</summary>
    public void GoOn(int number)
    {
        var trial = trials.All[number];
        if (trial.State != TrialState.Stopped)
        {
            return;
        }

        trials.Reopen(trial);
        Enter(trial, planner.Plan(number, trial.Settings!));
        source.Note(trial);
        Advance(trial);
    }

    public void Enter(ExperimentTrial trial, TrialPlan plan) => trials.Enter(trial, plan, book.Enter(plan, trial.Number));

    private void Fill()
    {
        while (trials.Active < Slots && _promoted.TryDequeue(out var promoted))
        {
            if (promoted.HasEnded)
            {
                continue; // stopped by a person since
            }

            trials.Resume(promoted);
            Advance(promoted);
        }

        while (trials.Active < Slots && !HasNoMore)
        {
            if (source.Propose(trials.All.Count) is not { } proposal)
            {
                return; // it is being thought about
            }

            if (proposal.Settings is not { } settings)
            {
                Exhausted = proposal.Reason;
                return;
            }

            var trial = new ExperimentTrial(trials.All.Count, settings, proposal.Reason) { State = TrialState.Running };
            trials.Add(trial);
            trials.Change(trial);
            Enter(trial, planner.Plan(trial.Number, settings));
            source.Note(trial);
            Advance(trial);
        }
    }

    /// <summary>Lets a trial go as far as it can: through stages that have ended to one that has not, to a rung that holds it, or to its end.</summary>
    public void Advance(ExperimentTrial trial)
    {
        while (trial.Path is { } path && trial.At < path.Length)
        {
            var stage = path[trial.At];
            if (stage.Failure is { } failure)
            {
                Close(trial, TrialState.Failed, new TrialFailure { Stage = stage.Id, Failure = failure });
                return;
            }

            if (!stage.Done)
            {
                book.Wait(stage, trial);
                return;
            }

            StageBook.Pass(stage);
            trial.At++;
            if (verdicts is not null && trial.Settings is not null && stage.Metrics is not null && !GoesOn(trial, stage))
            {
                return;
            }
        }

        if (trial.Path is not null)
        {
            Close(trial, TrialState.Complete, null);
        }
    }

    /// <summary>At the end of a rung: reports it, unless it was before an interruption.</summary>
    private bool GoesOn(ExperimentTrial trial, KnownStage stage)
    {
        var rung = trial.RungEnds.TakeWhile(end => end.Place < trial.At).Count() - 1;
        if (rung == trial.Rungs.Count)
        {
            trials.Change(trial);
            var decisions = verdicts!.Report(trial, new RungOutcome { Epochs = trial.RungEnds[rung].Epochs, Metrics = stage.Metrics! });
            source.Note(trial);
            Decide(decisions);
        }

        if (rung == trial.RungEnds.Count - 1 || trial.Rungs[rung].Verdict == TrialVerdict.Continue)
        {
            return true;
        }

        if (trial.Rungs[rung].Verdict == TrialVerdict.Stop)
        {
            Close(trial, TrialState.Stopped, null);
            return false;
        }

        trials.Hold(trial);
        return false;
    }

    /// <returns>Whether anything was decided.</returns>
    private bool Decide(IReadOnlyList<StoppingDecision> decisions)
    {
        foreach (var decision in decisions)
        {
            var trial = trials.All[decision.Trial];
            if (trial.HasEnded || trial.Rungs[decision.Rung].Verdict != TrialVerdict.Wait)
            {
                continue; // by a person, who is not overruled
            }

            trial.Decide(decision);
            trials.Change(trial);
            if (trial.Held && decision.Verdict == TrialVerdict.Continue)
            {
                _promoted.Enqueue(trial);
            }
            else if (trial.Held)
            {
                trials.Resume(trial);
                Close(trial, TrialState.Stopped, null);
            }
        }

        return decisions.Count > 0;
    }

    private void Close(ExperimentTrial trial, TrialState state, TrialFailure? failure)
    {
        var path = trial.Path!;
        book.Leave(path.AsSpan(trial.At), state == TrialState.Stopped);
        var metrics = state != TrialState.Complete ? null
            : path.Last(stage => stage.Metrics is not null).Metrics! with
            {
                FlopsRatio = path[^1].Benchmark?.FlopsRatio,
                Speedups = path[^1].Benchmark?.Batches,
            };
        trials.Close(trial, state, metrics, failure);
        if (trial.Settings is null)
        {
            Measure(trial);
            return;
        }

        source.Note(trial);
        Collect(trial);
    }

    private void Measure(ExperimentTrial dense)
    {
        if (dense.Number == -1 && dense.End?.Metrics is { } metrics)
        {
            Dense = metrics;
            front.Reset();
            plateau?.Measure(metrics);
        }
    }

    private void Collect(ExperimentTrial trial)
    {
        if (trial.End?.Metrics is { } metrics)
        {
            front.Add(trial.Number, trial.Settings!, metrics);
            plateau?.Complete(metrics);
        }
    }
}
