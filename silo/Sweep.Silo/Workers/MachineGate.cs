namespace Sweep.Silo.Workers;

/// <summary>
/// Who may compute on this silo's machine: any number of attempts together, or one alone, as a Benchmark's must be. In the order of
/// arrival: one that wants to be alone holds off those that come after it, so nobody waits for ever.
/// </summary>
public sealed class MachineGate
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private int _inside;
    private bool _alone;

    /// <summary>Waits for a turn, which lasts until the answer is disposed.</summary>
    /// <param name="alone">Nobody else may have a turn meanwhile.</param>
    /// <exception cref="OperationCanceledException">Given up before the turn came.</exception>
    public async Task<IDisposable> Enter(bool alone, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(alone);
        lock (_gate)
        {
            _waiting.AddLast(waiter);
            LetIn();
        }

        await using (cancellationToken.UnsafeRegister(_ => GiveUp(waiter, cancellationToken), null))
        {
            await waiter.Admitted.Task;
        }

        return new Turn(() => Leave(alone));
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiting.Remove(waiter))
            {
                waiter.Admitted.SetCanceled(cancellationToken);
                LetIn(); // whoever stood behind it
            }
        }
    }

    private void Leave(bool alone)
    {
        lock (_gate)
        {
            _inside--;
            _alone &= !alone;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_waiting.First?.Value is { } next && !_alone && (_inside == 0 || !next.Alone))
        {
            _waiting.RemoveFirst();
            _inside++;
            _alone = next.Alone;
            next.Admitted.SetResult();
        }
    }

    private sealed class Waiter(bool alone)
    {
        public bool Alone { get; } = alone;

        /// <summary>Continues elsewhere, never under the lock.</summary>
        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Turn(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
