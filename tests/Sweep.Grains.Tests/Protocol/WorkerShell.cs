using System.Security.Cryptography;
using System.Text;
using Sweep.Testing;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>What a worker does: report, obey, and keep what it found out until the queue has taken it.</summary>
internal sealed class WorkerShell : Actor
{
    private static readonly TimeSpan s_epoch = TimeSpan.FromSeconds(1);

    private readonly string _slot;
    private readonly int _instance;
    private readonly ModelTimer _calls;
    private readonly ModelTimer _computes;
    private StageAssignment? _assignment;
    private DateTimeOffset _silentUntil;
    private bool _calling;

    public WorkerShell(World world, string slot, int instance = 1)
        : base(world, FormattableString.Invariant($"{slot}/{instance}"))
    {
        _slot = slot;
        _instance = instance;
        _calls = new ModelTimer(this, "calls", world.Now, world.Options.BusyCall, true, Call);
        _computes = new ModelTimer(this, "computes", world.Now, s_epoch, true, Compute);
        Timers.Add(_calls);
        world.Add(this);
    }

    public AttemptReport? Attempt { get; private set; }

    public bool IsGone { get; private set; }

    public bool IsHere => !IsGone && World.Now >= _silentUntil;

    /// <summary>Another instance stands in the slot from now on.</summary>
    public void Restart() => World.Replace(this, new WorkerShell(World, _slot, _instance + 1));

    /// <summary>It computes on, but nobody hears of it for longer than a lease.</summary>
    public void CutOff()
    {
        _silentUntil = World.Now + (2 * World.Options.Lease);
        _calls.Due = _silentUntil;
    }

    /// <summary>Nobody ever stands in the slot again.</summary>
    public void TakeAway()
    {
        IsGone = true;
        World.Crash(this);
    }

    public override string Digest() =>
        $"{Words.Of(Attempt)}{_calling}{(_silentUntil > World.Now ? (_silentUntil - World.Now).Ticks : 0)}";

    private async Task Call()
    {
        if (_calling || !IsHere)
        {
            return;
        }

        _calling = true;
        try
        {
            var report = new WorkerReport { Worker = Name, Silo = "silo", Device = "cpu", Threads = 1, AcceptsWork = true, Attempt = Attempt };
            if (World.Flaw == Flaw.ForgetUnheard && Attempt is { Phase: AttemptPhase.Succeeded })
            {
                Forget();
            }

            var directive = await World.Call(this, World.QueueName, $"Synchronize {Words.Of(Attempt)}", true, actor => ((QueueShell)actor).Synchronize(report));
            Obey(directive, report.Attempt);
            _calls.Due = World.Now + directive.NextCall;
        }
        catch (Exception e) when (e is TimeoutException or IOException or InvalidOperationException)
        {
            _calls.Due = World.Now + TimeSpan.FromSeconds(1);
        }
        finally
        {
            _calling = false;
        }
    }

    private void Obey(WorkerDirective directive, AttemptReport? told)
    {
        switch (directive.Kind)
        {
            case DirectiveKind.Run when Attempt is { } attempt && attempt.Stage == directive.Assignment!.Recipe.Id && attempt.Attempt == directive.Assignment.Attempt:
                break;
            case DirectiveKind.Run:
                Forget();
                Start(directive.Assignment!);
                break;
            case DirectiveKind.Drop when told is not null:
            case DirectiveKind.Wait when told is not null && told.Phase != AttemptPhase.Running:
                Forget();
                break;
        }
    }

    private void Start(StageAssignment assignment)
    {
        _assignment = assignment;
        World.Judge.OnStarted(Name, assignment);
        Attempt = new AttemptReport
        {
            Stage = assignment.Recipe.Id,
            Attempt = assignment.Attempt,
            Worker = Name,
            Phase = AttemptPhase.Running,
            EpochsDone = assignment.Checkpoint is { } checkpoint ? World.Judge.EpochsIn(checkpoint) : 0,
            Epochs = assignment.Recipe.Epochs,
            Checkpoint = assignment.Checkpoint,
        };
        _computes.Due = World.Now + s_epoch;
        Timers.Remove(_computes);
        Timers.Add(_computes);
    }

    private Task Compute()
    {
        if (Attempt is not { Phase: AttemptPhase.Running } attempt || _assignment is not { } assignment)
        {
            return Task.CompletedTask;
        }

        if (attempt.EpochsDone < assignment.Recipe.Epochs)
        {
            var epochs = (int)attempt.EpochsDone + 1;
            Attempt = attempt with { EpochsDone = epochs, Checkpoint = World.Judge.Made(assignment, Name, epochs, ArtifactOf(FormattableString.Invariant($"checkpoint {epochs}"))) };
        }
        else
        {
            Timers.Remove(_computes);
            Attempt = attempt with
            {
                Phase = AttemptPhase.Succeeded,
                Artifact = World.Judge.Made(assignment, Name, assignment.Recipe.Epochs, ArtifactOf("artifact")),
                Result = FakeEngine.ResultOf(assignment.Recipe),
            };
            if (IsHere)
            {
                _calls.Due = World.Now;
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Other bytes from each attempt: weights are not the same twice on a GPU, and the checks must tell them apart.</summary>
    private ArtifactId ArtifactOf(string what) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{what} {Attempt!.Stage} {Attempt.Attempt} {Name}")))));

    private void Forget()
    {
        if (Attempt is { Phase: AttemptPhase.Succeeded } attempt)
        {
            World.Judge.OnForgotten(attempt);
        }

        Timers.Remove(_computes);
        Attempt = null;
        _assignment = null;
    }
}
