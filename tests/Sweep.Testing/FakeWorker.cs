using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Testing;

/// <summary>What goes wrong the next time; each is asked in its place.</summary>
public enum Mishap
{
    None,

    /// <summary>The worker dies, and a new one stands in its slot a while later.</summary>
    Crash,

    /// <summary>The answer to a call is lost.</summary>
    LostAnswer,

    /// <summary>A report arrives twice.</summary>
    Repeat,

    /// <summary>The engine process dies.</summary>
    EngineCrash,

    /// <summary>The worker computes on, but its calls reach nobody for longer than a lease.</summary>
    Partition,

    /// <summary>The worker drains, leaves, and comes back.</summary>
    Drain,
}

/// <summary>
/// A worker in virtual time: an epoch takes a second, and each is followed by a checkpoint. The test drives it with <see cref="Step"/>.
/// </summary>
public sealed class FakeWorker(IWorkQueueGrain queue, TimeProvider clock, string slot, string silo = "silo", string device = "cpu")
{
    private readonly HashSet<StageId> _holds = [];
    private int _instance = 1;
    private AttemptReport? _attempt;
    private DateTimeOffset _nextCall;
    private DateTimeOffset _epochAt;
    private DateTimeOffset? _silentUntil;
    private bool _draining;

    public string Name => FormattableString.Invariant($"{silo}/{slot}/{_instance}");

    /// <summary>Another queue reference, after the silo was started again.</summary>
    public IWorkQueueGrain Queue { get; set; } = queue;

    /// <summary>Asked before each call.</summary>
    public Func<Mishap> Mishaps { get; set; } = () => Mishap.None;

    /// <summary>The failure of an attempt, asked at its end; null lets it succeed.</summary>
    public Func<StageAssignment, StageFailure?> Failures { get; set; } = _ => null;

    /// <summary>Called at each start.</summary>
    public Action<StageAssignment> Starting { get; set; } = _ => { };

    public StageAssignment? Assignment { get; private set; }

    /// <summary>Of the stage it computes, those before it included, told or not.</summary>
    public double EpochsDone => _attempt?.EpochsDone ?? 0;

    public int Drops { get; private set; }

    /// <summary>Computes what the time allows, and calls when it is due.</summary>
    public async Task Step()
    {
        var now = clock.GetUtcNow();
        var news = Compute(now);
        if (_silentUntil is { } until)
        {
            if (now < until)
            {
                return;
            }

            _silentUntil = null;
        }

        if (!news && now < _nextCall)
        {
            return;
        }

        switch (Mishaps())
        {
            case Mishap.Crash:
                Crash();
                _silentUntil = now + TimeSpan.FromSeconds(3);
                return;
            case Mishap.Partition:
                _silentUntil = now + TimeSpan.FromSeconds(40);
                return;
            case Mishap.LostAnswer:
                await Queue.Synchronize(Report());
                _nextCall = now + TimeSpan.FromSeconds(1);
                return;
            case Mishap.Repeat:
                await Queue.Synchronize(Report());
                break;
            case Mishap.EngineCrash when _attempt is { Phase: AttemptPhase.Running }:
                Fail(new StageFailure { Reason = FailureReason.EngineCrashed, Message = "The engine process ended with signal 9." });
                break;
            case Mishap.Drain:
                _draining = true;
                break;
        }

        await Call(now);
    }

    /// <summary>Gone without a word; the next step is another worker's, in the same slot.</summary>
    public void Crash()
    {
        _instance++;
        _attempt = null;
        Assignment = null;
        _nextCall = default;
        _draining = false;
    }

    /// <summary>Hands back what it runs, and says good-bye.</summary>
    public async Task Leave()
    {
        HandBack();
        await Queue.Synchronize(Report() with { AcceptsWork = false, Leaving = true });
        Crash();
    }

    /// <summary>One call, whatever the time.</summary>
    public async Task<WorkerDirective> Call() => await Call(clock.GetUtcNow());

    private async Task<WorkerDirective> Call(DateTimeOffset now)
    {
        if (_draining)
        {
            HandBack();
        }

        var directive = await Queue.Synchronize(Report() with { AcceptsWork = !_draining, Leaving = _draining });
        _nextCall = now + directive.NextCall;
        if (_draining)
        {
            Crash();
            return directive;
        }

        switch (directive.Kind)
        {
            case DirectiveKind.Run:
                Start(directive.Assignment!, now);
                break;
            case DirectiveKind.Wait:
                Forget();
                break;
            case DirectiveKind.Drop:
                Drops++;
                Forget();
                break;
        }

        return directive;
    }

    private void Start(StageAssignment assignment, DateTimeOffset now)
    {
        Starting(assignment);
        Assignment = assignment;
        _epochAt = now + TimeSpan.FromSeconds(1);
        _attempt = new AttemptReport
        {
            Stage = assignment.Recipe.Id,
            Attempt = assignment.Attempt,
            Worker = Name,
            Phase = AttemptPhase.Running,
            EpochsDone = FakeEngine.EpochsIn(assignment.Recipe, assignment.Checkpoint),
            Epochs = assignment.Recipe.Epochs,
            Checkpoint = assignment.Checkpoint,
        };
    }

    /// <returns>Whether there is something to tell.</returns>
    private bool Compute(DateTimeOffset now)
    {
        var news = false;
        while (_attempt is { Phase: AttemptPhase.Running } attempt && Assignment is { } assignment && now >= _epochAt)
        {
            news = true;
            _epochAt += TimeSpan.FromSeconds(1);
            if (attempt.EpochsDone < assignment.Recipe.Epochs)
            {
                var epochs = (int)attempt.EpochsDone + 1;
                _attempt = attempt with { EpochsDone = epochs, Checkpoint = FakeEngine.CheckpointOf(attempt.Stage, epochs) };
            }
            else if (Failures(assignment) is { } failure)
            {
                Fail(failure);
            }
            else
            {
                _holds.Add(attempt.Stage);
                _attempt = attempt with
                {
                    Phase = AttemptPhase.Succeeded,
                    Artifact = FakeEngine.ArtifactOf(attempt.Stage),
                    Result = FakeEngine.ResultOf(assignment.Recipe),
                };
            }
        }

        return news;
    }

    private void Fail(StageFailure failure) => _attempt = _attempt! with { Phase = AttemptPhase.Failed, Failure = failure };

    private void HandBack() => _attempt = _attempt is { Phase: AttemptPhase.Running } attempt ? attempt with { Phase = AttemptPhase.HandedBack } : _attempt;

    private void Forget()
    {
        _attempt = null;
        Assignment = null;
    }

    private WorkerReport Report() => new()
    {
        Worker = Name,
        Silo = silo,
        Device = device,
        Threads = 1,
        AcceptsWork = true,
        Attempt = _attempt,
        Holds = [.. _holds],
    };
}
