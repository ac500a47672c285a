using Microsoft.Extensions.Logging;
using Sweep.Grains;

namespace Sweep.Silo.Workers;

/// <summary>The queue's one verb, as a worker sees it.</summary>
public delegate Task<WorkerDirective> Synchronize(WorkerReport report);

/// <summary>
/// The loop that fetches work for one slot of one device: report, obey, wait for news or for the time the queue named. It keeps what
/// it found out until the queue has taken it, and goes on working while the cluster is away.
/// </summary>
public sealed class Worker
{
    /// <summary>Between two tries while the cluster is away: several fit into a lease.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly WorkerPlace _place;
    private readonly Synchronize _synchronize;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Bell _news = new();
    private Attempt? _attempt;
    private bool _away;

    /// <param name="instance">New at each start: tells this worker from the one that stood in its slot before.</param>
    public Worker(WorkerPlace place, string instance, Synchronize synchronize, TimeProvider time, ILogger log)
    {
        _place = place;
        _synchronize = synchronize;
        _time = time;
        _log = log;
        Name = FormattableString.Invariant($"{place.Silo}/{place.Device}-{place.Slot}/{instance}");
    }

    public string Name { get; }

    /// <summary>Works until it is drained or abandoned, and takes leave of the queue.</summary>
    public async Task Run(Drain drain)
    {
        var (draining, abandoned) = (drain.Begun, drain.Over);
        using var onDraining = draining.UnsafeRegister(static bell => ((Bell)bell!).Ring(), _news);
        using var onAbandoned = abandoned.UnsafeRegister(static bell => ((Bell)bell!).Ring(), _news);
        while (true)
        {
            if (abandoned.IsCancellationRequested && _attempt is not null)
            {
                await _attempt.Drop();
            }

            var leaving = draining.IsCancellationRequested && (_attempt is null || abandoned.IsCancellationRequested);
            var report = Compose(leaving, acceptsWork: !draining.IsCancellationRequested);
            var directive = await TryCall(report);
            if (leaving && (directive is not null || abandoned.IsCancellationRequested))
            {
                return;
            }

            if (directive is not null && await Obey(directive, report, drain))
            {
                continue;
            }

            await _news.Wait(directive?.NextCall ?? s_retry, _time);
        }
    }

    private WorkerReport Compose(bool leaving, bool acceptsWork) => new()
    {
        Worker = Name,
        Silo = _place.Silo,
        Device = _place.Device,
        DeviceModels = _place.DeviceModels,
        DeviceId = _place.DeviceId,
        Packing = _place.Together,
        Memory = _place.Memory?.Report(),
        Threads = _place.Threads,
        AcceptsWork = acceptsWork,
        Attempt = _attempt?.Report,
        Holds = _place.Cache.Holds,
        Leaving = leaving,
    };

    /// <returns>Null when the cluster is away.</returns>
    private async Task<WorkerDirective?> TryCall(WorkerReport report)
    {
        var begun = _place.Meter.Begin();
        var answered = false;
        try
        {
            var directive = await _synchronize(report);
            answered = true;
            if (_away)
            {
                _away = false;
                _log.LogInformation("Worker {Worker} reaches the cluster again", Name);
            }

            return directive;
        }
        catch (Exception e)
        {
            // Of any kind: time-outs, rejections, lost connections and faults of the queue itself look alike from here, and the answer
            // to each is to go on working and to say the same again.
            if (!_away)
            {
                _away = true;
                _log.LogWarning("Worker {Worker} does not reach the cluster, and goes on working. {Reason}", Name, e.Message);
            }

            return null;
        }
        finally
        {
            if (report.Attempt is not null)
            {
                _place.Meter.LeaseRenewed(answered, begun);
            }
        }
    }

    /// <returns>Whether there is something to say at once.</returns>
    private async Task<bool> Obey(WorkerDirective directive, WorkerReport report, Drain drain)
    {
        var told = report.Attempt;
        switch (directive.Kind)
        {
            case DirectiveKind.Run:
                if (_attempt is not null && _attempt.IsFor(directive.Assignment!))
                {
                    return false; // an answer that came twice
                }

                await Forget();
                _log.LogInformation(
                    "Worker {Worker} starts {Stage}, attempt {Attempt}", Name, directive.Assignment!.Recipe.Id, directive.Assignment.Attempt);
                _attempt = Attempt.Start(directive.Assignment, _place, Name, _news, _time, _log, drain);
                return false;
            case DirectiveKind.Continue when told is not null:
                _attempt?.Heard(told);
                return false;
            case DirectiveKind.Drop when told is not null:
                _log.LogInformation("Worker {Worker} drops {Stage}, attempt {Attempt}", Name, told.Stage, told.Attempt);
                await Forget();
                return true;
            case DirectiveKind.Wait when told is not null && told.Phase != AttemptPhase.Running:
                await Forget();
                return drain.Begun.IsCancellationRequested;
            case DirectiveKind.Wait when directive.GiveBack && _place.Memory is { } memory && _attempt is null:
                _log.LogInformation("Worker {Worker} ends its idle engine: a stage waits for the memory it keeps", Name);
                await memory.GiveBack();
                return true;
            default:
                return false;
        }
    }

    private async Task Forget()
    {
        if (_attempt is { } attempt)
        {
            await attempt.Drop();
            attempt.Dispose();
            _attempt = null;
        }
    }
}
