using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// Speaks a <see cref="QueueBook"/> to workers and stages. Its methods interleave, or a stage that offers itself while the queue
/// starts another would wait for the queue and the queue for it. That is safe because each step of the book is taken whole between
/// two awaits, and after an await nothing is assumed that the book does not say again.
/// <para>
/// A queue that starts knows of no stage that waits. It wakes every experiment of the catalog and asks again those that did not answer; an
/// unfinished one then requests all its open stages, again until each has answered, and a stage that waits answers only when it has offered
/// itself. So whatever is open is known within the time that takes, whichever of them restarts meanwhile: an experiment that starts asks all
/// its stages by itself, and a stage offers itself to whatever queue there is.
/// </para>
/// </summary>
public sealed partial class WorkQueueGrain(
    IOptions<SchedulingOptions> options, TimeProvider clock, GrainMeter meter, ILogger<WorkQueueGrain> log) : Grain, IWorkQueueGrain
{
    private const int ExperimentsAtOnce = 32;

    private readonly SchedulingOptions _options = options.Value;
    private readonly QueueBook _book = new(options.Value);

    /// <summary>Experiments that have not answered yet; null while nobody knows which there are.</summary>
    private HashSet<string>? _unasked;

    /// <summary>Null once all have.</summary>
    private IGrainTimer? _recall;

    private int _recalls;

    private DateTimeOffset Now => clock.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var period = _options.Lease / 10;
        this.RegisterGrainTimer(Expire, new GrainTimerCreationOptions(period, period) { KeepAlive = true, Interleave = true });
        _recall = this.RegisterGrainTimer(Recall, new GrainTimerCreationOptions(TimeSpan.Zero, _options.BackOffLimit) { KeepAlive = true, Interleave = true });
        meter.Show(QueueGauges.Of(_book));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meter.Show(null);
        return Task.CompletedTask;
    }

    public Task Offer(StageOffer offer)
    {
        MessageRules.Check(offer);
        _book.Offer(offer, Now);
        return Task.CompletedTask;
    }

    public Task Withdraw(StageId stage)
    {
        _book.Withdraw(stage);
        return Task.CompletedTask;
    }

    public Task<QueueStatus> GetStatus() => Task.FromResult(_book.ToStatus(Now));

    public async Task<WorkerDirective> Synchronize(WorkerReport report)
    {
        MessageRules.Check(report);
        report = report.Attempt is { } told ? report with { Attempt = MessageRules.Tempered(told) } : report;
        await Lose(_book.Hear(report, Now));
        if (report.Attempt is { } attempt)
        {
            var owned = await Stage(attempt.Stage).Report(attempt);
            if (attempt.Phase == AttemptPhase.Running && owned)
            {
                return Answer(report, DirectiveKind.Continue);
            }

            _book.Release(report.Worker, attempt.Stage);
            if (attempt.Phase == AttemptPhase.Running)
            {
                return Answer(report, DirectiveKind.Drop);
            }
        }

        if (report.Leaving)
        {
            await Lose(_book.Leave(report.Worker));
            return Answer(report, DirectiveKind.Wait);
        }

        while (_book.Take(report, Now) is { } lease)
        {
            if (await Start(lease) is { } assignment)
            {
                _book.Started(lease, assignment.Attempt);
                if (lease is { Attempt: null, QueuedSince: { } since })
                {
                    meter.StageTaken(Now - since);
                }

                return Answer(report, DirectiveKind.Run) with { Assignment = assignment };
            }

            _book.Release(report.Worker, lease.Stage);
        }

        return Answer(report, DirectiveKind.Wait) with { GiveBack = _book.ShouldGiveBack(report, Now) };
    }

    private async Task<StageAssignment?> Start(StageLease lease)
    {
        try
        {
            return await Stage(lease.Stage).Start(lease.Worker, lease.Silo);
        }
        catch
        {
            _book.Return(lease, Now);
            throw;
        }
    }

    private async Task Expire(CancellationToken cancellationToken)
    {
        await Lose(_book.Expire(Now));
        await TellStranded();

        // Here and not at each call, which would cost as much as the queue is long.
        meter.Show(QueueGauges.Of(_book));
    }

    private async Task Recall(CancellationToken cancellationToken)
    {
        try
        {
            _unasked ??= [.. await GrainFactory.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).List()];
            foreach (var some in _unasked.Chunk(ExperimentsAtOnce).ToList())
            {
                await Task.WhenAll(some.Select(Wake));
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogCatalogUnreachable(e);
        }

        if (_unasked is { Count: 0 })
        {
            _recall?.Dispose();
            _recall = null;
        }
        else
        {
            _recall?.Change(_options.BackOffAfter(++_recalls), _options.BackOffLimit);
        }
    }

    private async Task Wake(string experiment)
    {
        try
        {
            await GrainFactory.GetGrain<IExperimentGrain>(experiment).Wake();
            _unasked!.Remove(experiment);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotWoken(e, experiment);
        }
    }

    private async Task TellStranded()
    {
        foreach (var queued in _book.Stranded(Now))
        {
            try
            {
                await Stage(queued.Offer.Stage).LeaveWithoutWorker();
                _book.Drop(queued);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                LogNotStranded(e, queued.Offer.Stage);
            }
        }
    }

    /// <summary>Each stage hears of its lost worker. One that cannot be reached offers itself again and so comes back here.</summary>
    private async Task Lose(IReadOnlyList<StageLease> leases)
    {
        meter.LeasesExpired(leases.Count);
        foreach (var lease in leases)
        {
            if (lease.Attempt is not { } attempt)
            {
                continue;
            }

            var end = lease.HeardHere ? LeaseEnd.Silent : LeaseEnd.Unknown;
            LogLost(lease.Worker, lease.Stage, attempt, end);
            try
            {
                await Stage(lease.Stage).Lose(attempt, lease.Worker, end);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                LogNotTold(e, lease.Stage, lease.Worker);
            }
        }
    }

    private WorkerDirective Answer(WorkerReport report, DirectiveKind kind) => new() { Kind = kind, NextCall = _book.NextCall(report.Worker, Now) };

    private IStageGrain Stage(StageId stage) => GrainFactory.GetGrain<IStageGrain>(stage.Value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {Worker} is lost ({End}) with attempt {Attempt} at {Stage}.")]
    private partial void LogLost(string worker, StageId stage, int attempt, LeaseEnd end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stage} could not be told that worker {Worker} is lost; it will ask again.")]
    private partial void LogNotTold(Exception exception, StageId stage, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The experiments could not be listed; they are asked for what waits a little later.")]
    private partial void LogCatalogUnreachable(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Experiment {Experiment} could not be asked for its stages; it is asked again.")]
    private partial void LogNotWoken(Exception exception, string experiment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stage} could not be told that it has excluded every worker; it is told again.")]
    private partial void LogNotStranded(Exception exception, StageId stage);
}
