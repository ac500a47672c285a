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

    public Task<SweepSpec> GetSpec() => Task.FromResult(Submitted().Record.Spec);

    public async Task StopTrial(string trial)
    {
        var (record, progress) = Submitted();
        var number = NumberOf(trial, progress);
        record.RequireUnfinished("told to stop a trial");
        _abandoned.UnionWith(progress.Stop(number));
        await _pages!.WriteTrials(progress);
        Show();
        Schedule(TimeSpan.Zero);
    }

    public async Task RetryTrial(string trial)
    {
        var (record, progress) = Submitted();
        if (progress.FailureOf(NumberOf(trial, progress)) is not { } failure)
        {
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
