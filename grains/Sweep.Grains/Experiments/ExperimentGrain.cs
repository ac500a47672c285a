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
    private const int StagesPerTurn = 64;

    private readonly SchedulingOptions _options = options.Value;

    /// <summary>Stages to ask (or tell, when the experiment is no longer running) in the next turns.</summary>
    private readonly HashSet<StageId> _pending = [];

    private readonly HashSet<StageId> _retries = [];
    private readonly RereadRound _round = new();
    /// <summary>Failed stages for which the experiment is to pause, as its policy says.</summary>
    private readonly Dictionary<StageId, StageFailure> _pausing = [];
    private ExperimentRecord? _record;
    private ExperimentProgress? _progress;
    private OutcomePages? _pages;
    private IGrainTimer? _turns;
    private DateTimeOffset _rereadAt;
    private bool _etagUnknown;

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Experiment is { } record)
        {
            await Load(record);
        }
    }

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
            var progress = new ExperimentProgress(spec, []);
            LogSubmitted(Name, progress.Plan.Trials.Count, progress.Plan.Stages);
            await GrainFactory.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).Register(Name);
            await Commit(ExperimentRecord.Submitted(spec, clock.GetUtcNow()));
            await Load(_record!);
        }
        else if (SpecDifference.Between(_record.Spec, spec) is { } difference)
        {
            throw new ExperimentConflictException($"A name belongs to one spec, but '{Name}' was submitted with another: {difference}.");
        }
        else if (_record.SubmittedAgain(_progress!.Retryable()) is var again && !ReferenceEquals(again, _record))
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
            Trials = _record.State == ExperimentState.Cancelled ? _progress.Counts.WithUnfinishedStopped() : _progress.Counts,
            EpochsDone = _progress.EpochsDone + running.Sum(stage => stage.EpochsDone),
            EpochsNeeded = _progress.Plan.EpochsNeeded,
            EpochsAsked = _progress.Plan.EpochsAsked,
            StagesDone = _progress.StagesDone,
            Stages = _progress.Plan.Stages,
            Running = running,
            Front = _progress.Front,
            Dense = _progress.Dense,
            SubmittedAt = _record.SubmittedAt,
            EndedAt = _record.EndedAt,
            Failure = _record.Failure,
            PausedFor = _record.PausedFor,
        };
    }

    public Task<TrialPage> ListTrials(int offset, int limit)
    {
        var (record, progress) = Submitted();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Task.FromResult(new TrialPage
        {
            Trials = [.. progress.Plan.Trials.Skip(offset).Take(Math.Min(limit, MessageRules.LargestPage)).Select(trial => progress.ResultOf(trial, record.State))],
            Offset = offset,
            Total = progress.Plan.Trials.Count,
        });
    }

    public Task<ExperimentResult> GetResult()
    {
        var (record, progress) = Submitted();
        return Task.FromResult(progress.Result(record.State));
    }

    public Task Pause() => Change(Submitted().Record.Paused());

    public Task Resume() => Change(Submitted().Record.Resumed());

    public Task Cancel() => Change(Submitted().Record.Cancelled(clock.GetUtcNow()));

    public Task OnStageEnded(StageId stage)
    {
        if (_progress?.Open.Contains(stage) == true)
        {
            _pending.Add(stage);
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

    /// <summary>Makes the progress of what is stored, and sets it going. Failures that are to be retried are forgotten.</summary>
    private async Task Load(ExperimentRecord record)
    {
        var pages = new OutcomePages(storage, this.GetGrainId());
        var stored = await pages.Read(new ExperimentProgress(record.Spec, []).Stages);
        var retries = record.Retries.ToHashSet();
        foreach (var stage in stored.Where(outcome => outcome.Value.Failure is not null && retries.Contains(outcome.Key)).Select(outcome => outcome.Key))
        {
            pages.Remove(stage);
        }

        _pages = pages;
        _progress = new ExperimentProgress(record.Spec, stored.Where(outcome => outcome.Value.Failure is null || !retries.Contains(outcome.Key)));
        _record = record;
        _retries.Clear();
        _retries.UnionWith(retries);
        _pending.Clear();
        _rereadAt = clock.GetUtcNow() + _options.Reread;
        if (record.IsUnfinished)
        {
            _pending.UnionWith(_progress.Next());
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

        var stages = _pending.Take(StagesPerTurn).ToList();
        _pending.ExceptWith(stages);
        var answers = await Task.WhenAll(stages.Select(Ask));
        if (_record.State == ExperimentState.Running)
        {
            _pending.UnionWith(_progress.Next());
        }

        await PauseForFailures();
        var unanswered = stages.Where((_, i) => !answers[i]).ToList();
        await _pages!.Write();
        await Settle(unanswered.Count == 0 && _pending.Count == 0);
        Show();
        Schedule(_pending.Count > 0 ? TimeSpan.Zero : unanswered.Count > 0 ? _options.BackOff : _options.Reread);
        _pending.UnionWith(unanswered);
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
    private async Task Settle(bool allAsked)
    {
        if (!allAsked)
        {
            return;
        }

        var next = _record!.State switch
        {
            ExperimentState.Cancelled => _record.Withdrawn(),
            _ when _progress!.AllEnded => _record.Finished(clock.GetUtcNow(), _progress.Failure()),
            _ when _retries.Count == 0 => _record.Retried(),
            _ => _record,
        };
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
        try
        {
            var stage = GrainFactory.GetGrain<IStageGrain>(id.Value);
            StageStatus? status;
            switch (_record!.State)
            {
                case ExperimentState.Running:
                    status = await stage.Request(_progress!.RequestFor(id, _retries.Contains(id)));
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
            else if (OutcomeOf(status) is { } outcome && _progress!.Ended(id, outcome))
            {
                _pages!.Put(id, outcome);
            }

            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogUnreachable(e, Name, id);
            return false;
        }
    }

    private StageStanding? OutcomeOf(StageStatus? status) => status switch
    {
        { State: StageState.Succeeded } => new StageStanding { Result = status.Result, PaidHere = status.PaidBy == Name },
        { State: StageState.Failed } => new StageStanding { Failure = status.Failure, PaidHere = status.PaidBy == Name },
        _ => null,
    };

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
