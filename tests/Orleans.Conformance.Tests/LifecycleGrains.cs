using Orleans.Runtime;

namespace Orleans.Conformance.Tests;

public interface ILifeGrain : IGrainWithStringKey
{
    /// <summary>A number of its own for each activation.</summary>
    Task<Guid> Activation();

    Task Deactivate();

    Task StartTimer(TimeSpan dueTime, TimeSpan period, bool interleave);

    Task ChangeTimer(TimeSpan dueTime, TimeSpan period);

    Task StopTimer();

    Task Hold(string name);

    Task<string> RequestValue(string key);

    Task<string> Identity();

    Task<ILifeGrain> Self();
}

/// <summary>Fails to activate if its key begins with "fail".</summary>
public class LifeGrain(Signals signals, IGrainContext context) : Grain, ILifeGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private IGrainTimer? _timer;
    private int _ticks;

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Key.StartsWith("fail", StringComparison.Ordinal))
            throw new InvalidOperationException($"{Key} does not activate.");

        signals.Set($"activated {Key}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        signals.Set($"deactivated {Key} {reason.ReasonCode}");
        signals.Set($"deactivated {Key}");
        return Task.CompletedTask;
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task StartTimer(TimeSpan dueTime, TimeSpan period, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            (LifeGrain self, CancellationToken _) =>
            {
                signals.Set($"tick {self.Key} {++self._ticks}");
                return Task.CompletedTask;
            },
            this,
            new GrainTimerCreationOptions { DueTime = dueTime, Period = period, Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task ChangeTimer(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task Hold(string name)
    {
        signals.Set($"enter {name}");
        await signals.WaitAsync($"go {name}");
    }

    public Task<string> RequestValue(string key) => Task.FromResult((string?)RequestContext.Get(key) ?? "none");

    public Task<string> Identity() => Task.FromResult($"{IdentityString} {context.GrainId == this.GetGrainId()}");

    public Task<ILifeGrain> Self() => Task.FromResult(this.AsReference<ILifeGrain>());
}
