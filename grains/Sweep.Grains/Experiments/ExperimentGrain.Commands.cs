using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>What people change about an experiment once it was submitted. Repeating a command changes nothing.</summary>
public sealed partial class ExperimentGrain
{
    /// <summary>Requested for trials that were stopped since, and for no other.</summary>
    private readonly HashSet<StageId> _abandoned = [];

    public Task Pause() => Change(Submitted().Record.Paused());

    public Task Resume() => Change(Submitted().Record.Resumed());

    public Task Cancel() => Change(Submitted().Record.Cancelled(clock.GetUtcNow()));

    /// <remarks>The record last: as long as there is one, what is left can be found again.</remarks>
    public async Task Delete()
    {
        if (_record is not { } record || _progress is not { } progress)
        {
            return;
        }

        record.RequireDeletable();
        try
        {
            await _pages!.Clear(record.Spec, progress.Opened);
            if (_etagUnknown)
            {
                await state.ReadStateAsync();
            }

            await state.ClearStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        (_record, _progress, _pages, _shown, _etagUnknown) = (null, null, null, null, false);
        _abandoned.Clear();
        _pending.Clear();
        _hinted.Clear();
        _retries.Clear();
        _pausing.Clear();
        _turns?.Dispose();
        _turns = null;
        meter.Hide(Name);
        LogDeleted(Name);
    }

    public Task<SweepSpec> GetSpec() => Task.FromResult(Submitted().Record.Spec);

    public async Task StopTrial(string trial)
    {
        var (record, progress) = Submitted();
        var number = NumberOf(trial, progress);
        record.RequireUnfinished("told to stop a trial");
        _abandoned.UnionWith(progress.Stop(number));
        await _pages!.Write(progress);
        Show();
        Schedule(TimeSpan.Zero);
    }

    public async Task RetryTrial(string trial)
    {
        var (record, progress) = Submitted();
        var number = NumberOf(trial, progress);
        if (progress.FailureOf(number) is not { } failure)
        {
            await GoOn(record, progress, number);
            return;
        }

        // The attempt that failed, and no later one: a command that comes twice gives one fresh budget.
        var status = await GrainFactory.GetGrain<IStageGrain>(failure.Stage.Value).GetStatus();
        if (status is { State: StageState.Failed, Attempt: var attempt })
        {
            await Commit(record.RetriedByForce(failure.Stage, attempt));
            await Load(_record!);
        }
    }

    /// <summary>Lets a stopped trial go on.</summary>
    private async Task GoOn(ExperimentRecord record, ExperimentProgress progress, int trial)
    {
        var state = progress.StateOf(trial);
        var wasLeft = record.IsCutShort && state is (TrialState.Running or TrialState.Waiting);
        if (state != TrialState.Stopped && !wasLeft)
        {
            return;
        }

        var next = record.GoneOn();
        if (record.EndedAt is not null && (wasLeft ? record.Reason : progress.EndReason(clock.GetUtcNow() - record.SubmittedAt)) is { } reason)
        {
            throw new ExperimentConflictException(
                $"A trial can go on where nothing ends its experiment, but '{Name}' has ended and would at once end again: {reason}. Change that first, with: sweep set {Name} …");
        }

        // The record first: an experiment that is told to go on and finds nothing to do ends again, but a trial without an experiment never would.
        if (!ReferenceEquals(next, record))
        {
            await Commit(next);
            LogChanged(Name, next.State);
        }

        progress.GoOn(trial);
        _pending.UnionWith(_record!.State == ExperimentState.Running ? progress.Next() : progress.Again());
        Show();
        Schedule(TimeSpan.Zero);
        await _pages!.Write(progress);
    }

    private async Task Change(ExperimentRecord next)
    {
        if (ReferenceEquals(next, _record))
        {
            return;
        }

        await Commit(next);
        LogChanged(Name, next.State);
        Show();
        _pending.UnionWith(_progress!.Open);
        Schedule(TimeSpan.Zero);
    }

    /// <summary>Tells stages that nobody here wants any more. One that cannot be reached runs to its end, for nobody.</summary>
    private Task Abandon()
    {
        var stages = _abandoned.Take(StagesPerTurn).ToList();
        _abandoned.ExceptWith(stages);
        return Task.WhenAll(stages.Where(stage => !_progress!.Open.Contains(stage)).Select(Abandon));
    }

    private async Task Abandon(StageId stage)
    {
        try
        {
            await GrainFactory.GetGrain<IStageGrain>(stage.Value).Withdraw(Name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogUnreachable(e, Name, stage);
        }
    }

    private int NumberOf(string trial, ExperimentProgress progress) =>
        TrialPlanner.NumberOf(trial) is { } number && number < progress.Opened ? number : throw TrialNotFoundException.Named(Name, trial);
}
