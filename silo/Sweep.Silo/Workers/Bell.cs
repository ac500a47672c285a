namespace Sweep.Silo.Workers;

/// <summary>Wakes one waiter; rung while nobody waits, the next does not wait at all. Many rings are as good as one.</summary>
internal sealed class Bell
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _rung = New();

    public void Ring()
    {
        lock (_gate)
        {
            _rung.TrySetResult();
        }
    }

    /// <summary>Until it rings or the time is up, whichever comes first.</summary>
    public async Task Wait(TimeSpan atMost, TimeProvider time)
    {
        Task rung;
        lock (_gate)
        {
            rung = _rung.Task;
        }

        if (!rung.IsCompleted)
        {
            using var waiting = new CancellationTokenSource();
            await Task.WhenAny(rung, Task.Delay(atMost, time, waiting.Token));
            await waiting.CancelAsync();
        }

        lock (_gate)
        {
            if (_rung.Task.IsCompleted)
            {
                _rung = New();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
