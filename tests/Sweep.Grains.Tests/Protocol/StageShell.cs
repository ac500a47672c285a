using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>What <see cref="StageGrain"/> does around a <see cref="StageRecord"/>, line for line.</summary>
internal sealed class StageShell : Actor
{
    private StageRecord? _record;
    private long _version;
    private ModelTimer? _offers;

    public StageShell(World world, StageId stage)
        : base(world, stage.Value)
    {
        (var state, _version) = world.Disk.Read(Name);
        _record = (StageRecord?)state;
        KeepOffering(TimeSpan.Zero);
    }

    public bool IsOpen => _record is { IsOpen: true };

    public async Task<StageStatus> Request(StageRequest request)
    {
        await Commit(_record?.RequestedAgain(request) ?? StageRecord.Requested(request, await ReadInputs(request.Recipe)));
        if (_record!.State == StageState.Queued)
        {
            await Offer();
        }

        return _record.ToStatus();
    }

    public Task<StageStatus?> GetStatus() => Task.FromResult(_record?.ToStatus());

    public async Task<StageAssignment?> Start(string worker, string silo)
    {
        if (_record is null)
        {
            return null;
        }

        await Commit(_record.Started(worker, silo, World.Now));
        return _record.IsRunBy(worker) ? _record.ToAssignment() : null;
    }

    public async Task<bool> Report(AttemptReport report)
    {
        CatchUp(report.Attempt);
        if (_record is null)
        {
            return false;
        }

        var (attempt, worker) = World.Flaw == Flaw.NoFencing ? (_record.Attempt, _record.Worker ?? "") : (report.Attempt, report.Worker);
        var known = report.Checkpoint is { } checkpoint ? _record.CheckpointCommitted(attempt, worker, checkpoint) : _record;
        var next = report.Phase switch
        {
            AttemptPhase.Running => known,
            AttemptPhase.HandedBack => known.HandedBack(attempt, worker, World.Now),
            AttemptPhase.Succeeded when World.Flaw == Flaw.SuccessNotFinal => known with { State = StageState.Succeeded, Artifact = report.Artifact, Result = report.Result },
            AttemptPhase.Succeeded => known.Succeeded(attempt, worker, report.Artifact!.Value, report.Result!, World.Now),
            _ => known.Failed(attempt, worker, report.Failure!, World.Now, World.Options),
        };
        next = next.Noting(report, _record);
        var owned = _record.IsRunBy(attempt, worker);
        if (World.Flaw == Flaw.AnswerBeforeWrite && report.Phase == AttemptPhase.Succeeded)
        {
            _ = Advance(next);
        }
        else
        {
            await Advance(next);
        }

        World.Judge.OnAnswered(report, owned);
        return owned;
    }

    public async Task<bool> Lose(int attempt, string worker, LeaseEnd end)
    {
        if (_record?.IsRunBy(attempt, worker) == true)
        {
            await Advance(_record.Lost(attempt, worker, end, World.Now, World.Options));
        }

        return true;
    }

    public override string Digest() => Words.Of(_record) + (_record is null || World.Disk.Read(Name).Version == _version ? "" : "/old");

    private void CatchUp(int attempt)
    {
        if (World.Flaw != Flaw.RefuseUnread && attempt > (_record?.Attempt ?? 0))
        {
            (var state, _version) = World.Disk.Read(Name);
            _record = (StageRecord?)state;
            KeepOffering(World.Options.Offer);
        }
    }

    private async Task Advance(StageRecord next)
    {
        var before = _record!.State;
        await Commit(next);
        if (before == _record.State)
        {
            return;
        }

        if (_record.State == StageState.Queued)
        {
            await Offer();
        }
        else if (!_record.IsOpen)
        {
            await Task.WhenAll(_record.Waiters.Select(Tell));
        }
    }

    private async Task Tell(StageWaiter waiter)
    {
        try
        {
            await World.Call(this, waiter.Experiment, $"OnStageEnded {Name}", true, actor => ((ExperimentShell)actor).OnStageEnded(_record!.Id));
        }
        catch (TimeoutException)
        {
            // As in the grain: the experiment reads it by itself.
        }
    }

    private async Task<IReadOnlyDictionary<StageId, ArtifactId>> ReadInputs(StageRecipe recipe)
    {
        var inputs = new Dictionary<StageId, ArtifactId>();
        foreach (var input in recipe.Inputs)
        {
            var status = await World.Call(this, input.Value, "GetStatus", true, actor => ((StageShell)actor).GetStatus());
            inputs[input] = status?.Artifact ?? throw new InvalidOperationException($"{input} has not succeeded.");
        }

        return inputs;
    }

    private async Task Commit(StageRecord next)
    {
        if (ReferenceEquals(next, _record))
        {
            return;
        }

        try
        {
            _version = await World.Write(this, Name, next, _version);
        }
        catch (IOException) when (World.Flaw == Flaw.KeepAfterFailedWrite)
        {
            _record = next;
            return;
        }
        catch
        {
            IsRetired = true;
            Timers.Clear();
            throw;
        }

        _record = next;
        KeepOffering(World.Options.Offer);
    }

    private void KeepOffering(TimeSpan due)
    {
        if (_record is not { IsOpen: true })
        {
            StopOffering();
        }
        else if (_offers is null && !IsRetired)
        {
            var period = World.Flaw == Flaw.OfferOnce ? TimeSpan.FromDays(1000) : World.Options.Offer;
            _offers = new ModelTimer(this, "offers itself", World.Now + (World.Flaw == Flaw.OfferOnce ? period : due), period, false, async () =>
            {
                if (_record is { IsOpen: true })
                {
                    await Offer();
                }
            });
            Timers.Add(_offers);
        }
    }

    private async Task Offer()
    {
        var offer = _record!.ToOffer();
        await World.Call(this, World.QueueName, $"Offer {Words.Of(offer)}", true, actor => ((QueueShell)actor).Offer(offer));
        if (_record.State == StageState.Queued)
        {
            StopOffering();
        }
    }

    private void StopOffering()
    {
        Timers.RemoveAll(timer => timer == _offers);
        _offers = null;
    }
}
