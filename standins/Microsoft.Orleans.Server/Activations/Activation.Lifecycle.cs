using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <content>Activating and deactivating.</content>
internal sealed partial class Activation
{
    private async Task ActivateAsync()
    {
        using var timeout = new CancellationTokenSource(_directory.Collection.ActivationTimeout, _directory.Time);
        try
        {
            GrainInstance = _class.Make(this);
            await _lifecycle.OnStart(timeout.Token).WaitAsync(timeout.Token);
            if (GrainInstance is IGrainBase grain)
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "Grain {Grain} failed to activate.", GrainId);
            var failure = exception is OperationCanceledException && timeout.IsCancellationRequested
                ? new TimeoutException($"Activation of {GrainId} took more than {_directory.Collection.ActivationTimeout}.", exception)
                : exception;
            await FailAsync(failure);
            return;
        }

        lock (_lock)
        {
            _state = State.Valid;
            if (_reason.ReasonCode is not DeactivationReasonCode.None)
            {
                _state = State.Deactivating;
                FinishWhenIdle();
                return;
            }

            BeginWaiting();
        }
    }

    /// <summary>The grain never came to life: its callers get the failure.</summary>
    private async Task FailAsync(Exception failure)
    {
        await _lifecycle.OnStop(CancellationToken.None);
        foreach (var work in await EndAsync())
            work.Reject(failure);
    }

    /// <summary>Held: the lock.</summary>
    private void FinishWhenIdle()
    {
        if (_running.Count > 0 || _isFinishing)
            return;

        _isFinishing = true;
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _ = _scheduler.Run(DeactivateAsync);
    }

    private async Task DeactivateAsync()
    {
        using var timeout = new CancellationTokenSource(_directory.Collection.DeactivationTimeout, _directory.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _deactivationToken);
        DisposeTimers();
        try
        {
            if (GrainInstance is IGrainBase grain)
                await grain.OnDeactivateAsync(_reason, either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "OnDeactivateAsync of grain {Grain} failed.", GrainId);
        }

        await _lifecycle.OnStop(either.Token);
        foreach (var work in await EndAsync())
        {
            if (work.OutlivesActivation)
                _directory.Dispatch(work);
        }
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_lock)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }

    /// <returns>The work that has not begun.</returns>
    private async Task<List<ActivationWork>> EndAsync()
    {
        DisposeTimers();
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else if (GrainInstance is IDisposable disposable)
                disposable.Dispose();
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "Disposing grain {Grain} failed.", GrainId);
        }

        List<ActivationWork> left;
        lock (_lock)
        {
            _state = State.Invalid;
            left = [.. _waiting.Where(work => !work.IsAbandoned)];
            _waiting.Clear();
        }

        // First the directory forgets, so that what is dispatched again finds a new activation.
        _directory.Remove(this);
        _deactivated.TrySetResult();
        return left;
    }

    /// <summary>The stages of one activation.</summary>
    private sealed class GrainLifecycle(ILogger logger) : LifecycleSubject(logger), IGrainLifecycle;
}
