namespace Sweep.Testing.Azure;

/// <summary>A request that waits inside <see cref="FaultyTransport"/>.</summary>
public sealed class HeldRequest
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the request has come.</summary>
    public Task Arrived => _arrived.Task;

    public void Release() => _released.TrySetResult();

    internal Task ArriveAsync(CancellationToken cancellation)
    {
        _arrived.TrySetResult();
        return _released.Task.WaitAsync(cancellation);
    }
}
