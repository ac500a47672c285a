using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// Keeps a <see cref="StageRecord"/>, offers it to the queue while it is open, and tells the waiters when it has ended. Never calls
/// an experiment except by the interleaving hint, and never a stage below it, so no two turns wait for each other.
/// <para>
/// A stage that waits is offered until the queue has taken it, and then is silent, or a hundred thousand of them would call all day: a queue that has
/// lost its memory asks the experiments, and they request their stages again (<see cref="WorkQueueGrain"/>). A stage that runs goes on saying whose
/// it is; there are no more of those than workers.
/// </para>
/// </summary>
[CollectionAgeLimit(Minutes = MinutesIdle)]
public sealed partial class StageGrain(
    [PersistentState("stage", SchedulingOptions.Storage)] IPersistentState<StoredStage> state,
    IOptions<SchedulingOptions> options,
    TimeProvider clock,
    GrainMeter meter,
    ILogger<StageGrain> log) : Grain, IStageGrain
{
    /// <summary>Who waits for a stage that has ended asks at once. Kept longer, they would be most of the memory of a large experiment.</summary>
    private const int MinutesIdle = 2;

    private readonly SchedulingOptions _options = options.Value;

    /// <summary>What is on disk.</summary>
    private StageRecord? _record;

    private IGrainTimer? _offers;

    /// <summary>The last one that told of epochs. Not worth a write: the next one says the same and more.</summary>
    private AttemptReport? _told;

    private IWorkQueueGrain Queue => GrainFactory.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = state.State.Stage;
        KeepOffering(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<StageStatus> Request(StageRequest request)
    {
        MessageRules.Check(request);
        if (request.Recipe.Id.Value != this.GetPrimaryKeyString())
        {
            throw new InvalidOperationException($"A stage is keyed by its recipe's id, but {this.GetPrimaryKeyString()} got the recipe of {request.Recipe.Id}.");
        }

        await Commit(_record?.RequestedAgain(request) ?? StageRecord.Requested(request, await ReadInputs(request.Recipe)));
        if (_record!.State == StageState.Queued)
        {
            await OfferOnce();
        }

        return _record.ToStatus();
    }

    public Task Withdraw(string experiment) => Leave(_record?.Withdrawn(experiment, clock.GetUtcNow()));

    public Task Relinquish(string experiment) => Leave(_record?.Relinquished(experiment));

    public Task<StageStatus?> GetStatus() => Task.FromResult(_record?.ToStatus());

    public Task<StageHistory?> GetHistory() => Task.FromResult(_record?.ToHistory(_told));

    public async Task<StageAssignment?> Start(string worker, string silo)
    {
        MessageRules.CheckWorker(worker, silo);
        if (_record is null)
        {
            return null;
        }

        var before = _record.Attempt;
        await Commit(_record.Started(worker, silo, clock.GetUtcNow()));
        if (_record.Attempt != before)
        {
            meter.AttemptStarted(_record.Recipe.Kind);
        }

        return _record.IsRunBy(worker) ? _record.ToAssignment() : null;
    }

    public async Task<bool> Report(AttemptReport report)
    {
        MessageRules.Check(report);
        report = MessageRules.Tempered(report);
        await CatchUp(report.Attempt);
        if (_record is null)
        {
            return false;
        }

        var (attempt, worker, now) = (report.Attempt, report.Worker, clock.GetUtcNow());
        var known = report.Checkpoint is { } checkpoint ? _record.CheckpointCommitted(attempt, worker, checkpoint) : _record;
        var next = report.Phase switch
        {
            AttemptPhase.Running => known,
            AttemptPhase.HandedBack => known.HandedBack(attempt, worker, now),
            AttemptPhase.Succeeded => known.Succeeded(
                attempt,
                worker,
                report.Artifact ?? throw Missing(report, nameof(report.Artifact)),
                report.Result ?? throw Missing(report, nameof(report.Result)),
                now),
            AttemptPhase.Failed => known.Failed(attempt, worker, report.Failure ?? throw Missing(report, nameof(report.Failure)), now, _options),
            _ => throw new ArgumentOutOfRangeException(nameof(report), report.Phase, "There is no such phase of an attempt."),
        };
        var owned = _record.IsRunBy(attempt, worker);
        if (!owned)
        {
            meter.ReportRefused();
        }
        else if (report.Curve is { Count: > 0 })
        {
            _told = report;
        }

        await Advance(next.Noting(report, _record), OutcomeOf(report.Phase), report.Failure);
        return owned;
    }

    public async Task Lose(int attempt, string worker, LeaseEnd end)
    {
        if (_record?.IsRunBy(attempt, worker) == true)
        {
            LogLost(_record.Id, attempt, worker, end);
            await Advance(_record.Lost(attempt, worker, end, clock.GetUtcNow(), _options), AttemptOutcome.Lost, failure: null);
        }
    }

    public async Task LeaveWithoutWorker()
    {
        if (_record?.LeftWithoutWorker() is { } next && !ReferenceEquals(next, _record))
        {
            await Commit(next);
            meter.StageEnded(next.Recipe.Kind, StageEnd.Failed);
            await TellWaiters();
        }
    }

    private static AttemptOutcome OutcomeOf(AttemptPhase phase) => phase switch
    {
        AttemptPhase.Succeeded => AttemptOutcome.Succeeded,
        AttemptPhase.Failed => AttemptOutcome.Failed,
        _ => AttemptOutcome.HandedBack,
    };

    private static ArgumentException Missing(AttemptReport report, string field) =>
        new(FormattableString.Invariant($"A report of phase {report.Phase} must have {field}, but attempt {report.Attempt} at {report.Stage} has none."), nameof(report));

    /// <summary>
    /// While a cluster is parted a stage may have two activations. An attempt that this one has not opened was opened by the other, and what it
    /// brings may be the work of days: the disk says whose it is, before it is refused.
    /// </summary>
    private async Task CatchUp(int attempt)
    {
        if (attempt > (_record?.Attempt ?? 0))
        {
            await state.ReadStateAsync();
            _record = state.State.Stage;
            KeepOffering(_options.Offer);
        }
    }

    /// <summary>Commits what an attempt brought, and acts on it: waiters hear of an end, the queue of a stage that wants to run again.</summary>
    private async Task Advance(StageRecord next, AttemptOutcome outcome, StageFailure? failure)
    {
        var before = _record!.State;
        await Commit(before == next.State ? next : next.Remembering(_told));
        if (before == _record.State)
        {
            return;
        }

        meter.AttemptEnded(_record, outcome, failure);
        if (_record.State == StageState.Queued)
        {
            LogRequeued(_record.Id, _record.Attempt, _record.Worker, failure?.Reason, failure?.Message);
            await OfferOnce();
        }
        else if (!_record.IsOpen)
        {
            await TellWaiters();
        }
    }

    private Task TellWaiters()
    {
        LogEnded(_record!.Id, _record.State, _record.Attempt, _record.Worker, _record.Failure?.Message);
        return Task.WhenAll(_record.Waiters.Select(Tell));
    }

    private async Task Tell(StageWaiter waiter)
    {
        try
        {
            await GrainFactory.GetGrain<IExperimentGrain>(waiter.Experiment).OnStageEnded(_record!.Id);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The outcome is on disk and the experiment reads it again by itself: a lost hint costs time, not truth.
            LogHintLost(e, _record!.Id, waiter.Experiment);
        }
    }

    private async Task Leave(StageRecord? next)
    {
        if (next is null || ReferenceEquals(next, _record))
        {
            return;
        }

        await Commit(_record!.State == next.State ? next : next.Remembering(_told));
        if (_record.State == StageState.Cancelled)
        {
            meter.StageEnded(_record.Recipe.Kind, StageEnd.Cancelled);
            await Queue.Withdraw(_record.Id);
        }
    }

    private async Task<IReadOnlyDictionary<StageId, ArtifactId>> ReadInputs(StageRecipe recipe)
    {
        var inputs = new Dictionary<StageId, ArtifactId>();
        foreach (var input in recipe.Inputs)
        {
            var status = await GrainFactory.GetGrain<IStageGrain>(input.Value).GetStatus();
            inputs[input] = status?.Artifact ?? throw new InvalidOperationException(
                $"The inputs of a stage must have succeeded before it is requested, but {input} of {recipe.Id} is {status?.State.ToString() ?? "unknown"}.");
        }

        return inputs;
    }

    /// <summary>Writes what changed. A failed write leaves what is on disk unknown, so the activation ends and the next one reads it.</summary>
    private async Task Commit(StageRecord next)
    {
        if (ReferenceEquals(next, _record))
        {
            return;
        }

        state.State = new StoredStage { Stage = next };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        _record = next;
        KeepOffering(_options.Offer);
    }

    /// <summary>The timer keeps a stage active until the queue knows what it must.</summary>
    private void KeepOffering(TimeSpan due)
    {
        if (_record is { IsOpen: true })
        {
            _offers ??= this.RegisterGrainTimer(Offer, new GrainTimerCreationOptions(due, _options.Offer) { KeepAlive = true });
        }
        else
        {
            StopOffering();
        }
    }

    private void StopOffering()
    {
        _offers?.Dispose();
        _offers = null;
    }

    private Task Offer(CancellationToken cancellationToken) => _record is { IsOpen: true } ? OfferOnce() : Task.CompletedTask;

    private async Task OfferOnce()
    {
        await Queue.Offer(_record!.ToOffer());
        if (_record.State == StageState.Queued)
        {
            StopOffering();
        }
    }
}
