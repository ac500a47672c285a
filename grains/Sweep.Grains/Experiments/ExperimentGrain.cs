using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// Keeps an <see cref="ExperimentRecord"/> and an <see cref="ExperimentProgress"/>. All it does to stages it does in turns of one
/// timer, a bounded number of stages a turn, so that a person's command never waits for a thousand of them.
/// </summary>
public sealed partial class ExperimentGrain(
    [PersistentState("experiment", SchedulingOptions.Storage)] IPersistentState<StoredExperiment> state,
    [FromKeyedServices(SchedulingOptions.Storage)] IGrainStorage storage,
    IOptions<SchedulingOptions> options,
    TimeProvider clock,
    GrainMeter meter,
    ILogger<ExperimentGrain> log) : Grain, IExperimentGrain
{
    /// <summary>So many that what a turn waits for, flushes of the store, is shared by many; so few that a command waits for milliseconds.</summary>
    private const int StagesPerTurn = 256;

    private readonly SchedulingOptions _options = options.Value;

    /// <summary>Stages to ask (or tell, when the experiment is no longer running) in the next turns.</summary>
    private readonly HashSet<StageId> _pending = [];

    /// <summary>Those of them that are said to have ended: to look is cheaper than to request.</summary>
    private readonly HashSet<StageId> _hinted = [];

    private readonly HashSet<StageId> _retries = [];
    private readonly RereadRound _round = new();
    /// <summary>Failed stages for which the experiment is to pause, as its policy says.</summary>
    private readonly Dictionary<StageId, StageFailure> _pausing = [];
    private ExperimentRecord? _record;
    private ExperimentProgress? _progress;
    private ExperimentPages? _pages;
    private IGrainTimer? _turns;
    private DateTimeOffset _rereadAt;
    private bool _etagUnknown;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        state.State.Experiment is { } record ? Load(record) : Task.CompletedTask;

    public async Task<ExperimentStatus> Submit(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Name != Name)
        {
            throw new ArgumentException($"An experiment is keyed by its spec's name, but '{Name}' got the spec of '{spec.Name}'.", nameof(spec));
        }

        // Not every client has checked it: what is kept here is planned at each activation, and given to workers.
        MessageRules.CheckExperiment(spec.Name);
        SweepSpecValidator.Validate(spec);

        if (_record is null)
        {
            await new EarlierTrials(GrainFactory).Check(spec);
            await GrainFactory.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).Register(Name);
            await Commit(ExperimentRecord.Submitted(spec, clock.GetUtcNow()));
            await Load(_record!);

            // Once more: whoever was deleting one of this name may have found nothing yet, and have taken the name off the list.
            await GrainFactory.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).Register(Name);
            LogSubmitted(Name, _progress!.Trials, spec.Search.Algorithm);
        }
        else if (SpecDifference.Between(_record.Spec.With(spec), spec) is { } difference)
        {
            throw new ExperimentConflictException($"A name belongs to one spec, but '{Name}' was submitted with another: {difference}.");
        }
        else if (_record.SubmittedAgain(spec, _progress!.Retryable()) is var again && !ReferenceEquals(again, _record))
        {
            await Commit(again);
            await Load(again);
        }

        return (await GetStatus())!;
    }

    public async Task<ExperimentStatus?> GetStatus()
    {
        if (_record is null || _progress is null)
        {
            return null;
        }

        var queue = await GrainFactory.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).GetStatus();
        var running = queue.Workers.Select(worker => worker.Running).OfType<RunningStage>().Where(stage => _progress.Open.Contains(stage.Stage)).ToList();
        return new ExperimentStatus
        {
            Name = Name,
            State = _record.State,
            Trials = _record.CountsOf(_progress),
            EpochsDone = _progress.EpochsDone + running.Sum(stage => stage.EpochsDone),
            EpochsNeeded = _progress.EpochsNeeded,
            EpochsAsked = _progress.EpochsAsked,
            StagesDone = _progress.StagesDone,
            Stages = _progress.Stages,
            Running = running,
            Front = _progress.Front,
            Dense = _progress.Dense,
            SubmittedAt = _record.SubmittedAt,
            EndedAt = _record.EndedAt,
            Failure = _record.Failure,
            Reason = _record.Reason,
            PausedFor = _record.PausedFor,
        };
    }

    public Task OnStageEnded(StageId stage)
    {
        if (_progress?.Open.Contains(stage) == true)
        {
            _pending.Add(stage);
            _hinted.Add(stage);
            Schedule(TimeSpan.Zero);
        }

        return Task.CompletedTask;
    }

    /// <summary>What it waits for it requests once more: the queue may know of nothing.</summary>
    public Task Wake()
    {
        if (_record is { IsUnfinished: true } && _progress is not null)
        {
            _pending.UnionWith(_progress.Open);
            Schedule(TimeSpan.Zero);
        }

        return Task.CompletedTask;
    }

    private (ExperimentRecord Record, ExperimentProgress Progress) Submitted() =>
        _record is { } record && _progress is { } progress ? (record, progress) : throw ExperimentNotFoundException.Named(Name);

    /// <summary>Makes the progress of what is stored, and sets it going. Failures that are to be retried are forgotten.</summary>
    private async Task Load(ExperimentRecord record)
    {
        var pages = new ExperimentPages(storage, this.GetGrainId());
        (_progress, _pages, _record) = (await pages.Load(record, await new EarlierTrials(GrainFactory).Read(record.Spec)), pages, record);
        _pending.Clear();
        _hinted.Clear();
        _retries.Clear();
        _retries.UnionWith(record.Retries);
        _rereadAt = clock.GetUtcNow() + _options.Reread;
        if (record.IsUnfinished)
        {
            _pending.UnionWith(record.State == ExperimentState.Running ? Next() : _progress.Again());
            Schedule(TimeSpan.Zero);
        }

        Show();
    }

    private void Schedule(TimeSpan due)
    {
        if (_record?.IsUnfinished != true)
        {
            _turns?.Dispose();
            _turns = null;
        }
        else if (_turns is null)
        {
            _turns = this.RegisterGrainTimer(Turn, new GrainTimerCreationOptions(due, _options.Reread) { KeepAlive = true });
        }
        else
        {
            _turns.Change(due, _options.Reread);
        }
    }

    private async Task Turn(CancellationToken cancellationToken)
    {
        if (_record is not { IsUnfinished: true } || _progress is null)
        {
            return;
        }

        if (clock.GetUtcNow() >= _rereadAt)
        {
            _rereadAt = clock.GetUtcNow() + _options.Reread;
            _pending.UnionWith(_round.Next(_progress.Open, _options.MostRereads));
        }

        // A trial is stored before the first of its stages is requested.
        await _pages!.Write(_progress);
        var stages = _pending.Take(StagesPerTurn).ToList();
        _pending.ExceptWith(stages);
        var answers = await Task.WhenAll(stages.Select(Ask));
        await Abandon();
        if (_record.State == ExperimentState.Running)
        {
            _pending.UnionWith(Next());
        }

        await PauseForFailures();
        await CutShort();
        var unanswered = stages.Where((_, i) => !answers[i]).ToList();
        await _pages.Write(_progress);
        if (unanswered.Count == 0 && _pending.Count == 0)
        {
            await Settle();
        }

        Show();
        Schedule(_pending.Count > 0 ? TimeSpan.Zero : unanswered.Count > 0 ? _options.BackOff : _options.Reread);
        _pending.UnionWith(unanswered);
    }

    /// <summary>Ends the experiment when a limit is reached, or its front grows no longer.</summary>
    private async Task CutShort()
    {
        var next = _record!.CutShort(_progress!, clock.GetUtcNow());
        if (!ReferenceEquals(next, _record))
        {
            LogCutShort(Name, next.Reason!);
            await Change(next);
        }
    }

    private async Task PauseForFailures()
    {
        if (_pausing.Count > 0 && _record!.State == ExperimentState.Running)
        {
            var (stage, failure) = _pausing.MinBy(pausing => pausing.Key);
            _retries.UnionWith(_pausing.Keys);
            await Change(_record.PausedBy(_pausing.Keys, $"{stage}: {failure.Message}"));
        }

        _pausing.Clear();
    }

    /// <summary>Writes what the turns have come to, once no stage is left to ask.</summary>
    private async Task Settle()
    {
        var next = _record!.Settled(_progress!, _retries.Count == 0, clock.GetUtcNow());
        if (!ReferenceEquals(next, _record))
        {
            await Commit(next);
            LogChanged(Name, next.State);
        }
    }

    /// <summary>Tells a stage what this experiment wants of it, and takes its outcome if it has one.</summary>
    /// <returns>False when the stage could not be reached; it is asked again.</returns>
    private async Task<bool> Ask(StageId id)
    {
        var hinted = _hinted.Remove(id);

        // A hint may have come for a stage whose end was taken in the same turn.
        if (!_progress!.Open.Contains(id))
        {
            return true;
        }

        try
        {
            var stage = GrainFactory.GetGrain<IStageGrain>(id.Value);
            StageStatus? status;
            switch (_record!.State)
            {
                case ExperimentState.Running when hinted && !_retries.Contains(id) && await stage.GetStatus() is { State: StageState.Succeeded or StageState.Failed } ended:
                    status = ended;
                    break;
                case ExperimentState.Running:
                    status = await stage.Request(_progress!.RequestFor(id, _retries.Contains(id)) with
                    {
                        ShareRevision = _record.Revision,
                        ForceAfter = _retries.Contains(id) && _record.Forced?.TryGetValue(id, out var attempt) == true ? attempt : null,
                    });
                    _retries.Remove(id);
                    break;
                case ExperimentState.Paused:
                    await stage.Relinquish(Name);
                    status = await stage.GetStatus();
                    break;
                default:
                    await stage.Withdraw(Name);
                    return true;
            }

            if (status is { Failure: { } failure } && status.Pauses == Name)
            {
                _pausing[id] = failure;
            }
            else if (StageStandings.Of(status, Name) is { } outcome && _progress!.Ended(id, outcome) is { } owner)
            {
                _pages!.Put(owner, id, outcome);
            }

            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogUnreachable(e, Name, id);
            return false;
        }
    }

    /// <summary>Writes what changed. After a failed write nobody knows what is stored, so the next one reads first.</summary>
    private async Task Commit(ExperimentRecord next)
    {
        if (_etagUnknown)
        {
            await state.ReadStateAsync();
        }

        _etagUnknown = true;
        state.State = new StoredExperiment { Experiment = next };
        await state.WriteStateAsync();
        _etagUnknown = false;
        Count(_record, next);
        _record = next;
    }
}
