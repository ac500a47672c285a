using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Engines;

/// <summary>
/// Runs stages in a child process that is kept between stages and replaced when it ends. Whatever the child does - crash, hang, talk
/// nonsense - becomes an outcome.
/// </summary>
public sealed class EngineProcess(EngineSettings settings, TimeProvider time, ILogger log, Func<long>? memoryKills = null) : IStageRunner
{
    private EngineSession? _session;

    /// <summary>Process id of the child; null when there is none.</summary>
    public int? ProcessId => _session is { Ended.IsCompleted: false } session ? session.ProcessId : null;

    public async Task<StageOutcome> Run(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining)
    {
        if (cancelled.IsCancellationRequested)
        {
            return new StageOutcome.Cancelled();
        }

        var (session, refusal) = await Warm();
        if (session is null)
        {
            return new StageOutcome.Failed(refusal!);
        }

        await session.Send(new RunRequest
        {
            Recipe = run.Recipe,
            Inputs = run.Inputs,
            Output = run.Output,
            Checkpoints = run.Checkpoints,
            Execution = settings.Execution,
        });
        return await Watch(session, run, listener, cancelled, draining);
    }

    /// <summary>Starts the child if there is none, and waits until it takes requests.</summary>
    /// <returns>What it is made of.</returns>
    /// <exception cref="EngineStartException">It does not start.</exception>
    public async Task<ReadyEvent> Start()
    {
        await using var last = _session;
        EngineSession session;
        try
        {
            session = _session = EngineSession.Start(settings, log, memoryKills ?? KernelMemoryKills.Count);
        }
        catch (Win32Exception e)
        {
            _session = null;
            throw new EngineStartException(FailureReason.EngineCrashed, $"The engine '{settings.Executable}' must be an executable, but it does not start: {e.Message}");
        }

        using var enough = new CancellationTokenSource(settings.StartLimit, time);
        try
        {
            while (await session.Events.WaitToReadAsync(enough.Token))
            {
                if (session.Events.TryRead(out var happened) && happened is ReadyEvent ready)
                {
                    log.LogInformation("Engine process {Process} is ready: {Engine}, {Torch}", session.ProcessId, ready.Engine, ready.Torch);
                    return ready;
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Drop(session);
            throw new EngineStartException(
                FailureReason.EngineHung, string.Create(CultureInfo.InvariantCulture, $"An engine process must be ready within {settings.StartLimit}, but this one was not."));
        }

        var exit = await session.Ended;
        await Drop(session);
        throw new EngineStartException(FailureReason.EngineCrashed, $"An engine process must be ready before anything else, but {exit.Describe()}");
    }

    /// <summary>Ends the child, if there is one.</summary>
    public ValueTask Release() => DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    private async Task<(EngineSession? Session, StageFailure? Refusal)> Warm()
    {
        if (_session is { Ended.IsCompleted: false } warm)
        {
            return (warm, null);
        }

        try
        {
            await Start();
            return (_session, null);
        }
        catch (EngineStartException e)
        {
            return (null, new StageFailure { Reason = e.Reason, Message = e.Message });
        }
    }

    private async Task<StageOutcome> Watch(
        EngineSession session, StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining)
    {
        var stage = run.Recipe.Id;
        var cancel = Requested(cancelled);
        var drain = Requested(draining);
        while (true)
        {
            var news = session.Events.WaitToReadAsync(CancellationToken.None).AsTask();
            using var watching = new CancellationTokenSource();
            var silence = Task.Delay(settings.HangLimit, time, watching.Token);
            var first = await Task.WhenAny(news, cancel, drain, silence);
            if (first == drain && !cancel.IsCompleted && !news.IsCompleted)
            {
                drain = Requested(CancellationToken.None); // asked once
                await session.Send(new DrainRequest());
                first = await Task.WhenAny(news, cancel, silence);
            }

            await watching.CancelAsync();
            if (cancel.IsCompleted)
            {
                await StopNow(session, stage);
                return new StageOutcome.Cancelled();
            }

            if (first == silence)
            {
                await Drop(session);
                return Failed(
                    FailureReason.EngineHung,
                    string.Create(CultureInfo.InvariantCulture, $"An engine process must report within {settings.HangLimit}, but it was silent for longer while it ran {stage}, and was killed."));
            }

            if (news.IsCompleted && !await news)
            {
                var exit = await session.Ended;
                await Drop(session);
                return new StageOutcome.Failed(exit.ToFailure(stage));
            }

            while (session.Events.TryRead(out var happened))
            {
                if (Outcome(happened, run, listener) is { } outcome)
                {
                    return outcome;
                }
            }
        }
    }

    /// <summary>Tells the listener, or says how the stage ended. Events of another stage are left-overs and mean nothing.</summary>
    private StageOutcome? Outcome(EngineEvent happened, StageRun run, IStageListener listener)
    {
        var stage = run.Recipe.Id;
        switch (happened)
        {
            case ProgressEvent progress when progress.Stage == stage:
                listener.OnProgress(progress.EpochsDone, progress.Loss, progress.Work);
                return null;
            case CheckpointEvent checkpoint when checkpoint.Stage == stage:
                listener.OnCheckpoint(Path.Combine(run.Checkpoints, checkpoint.Folder), checkpoint.Epochs);
                if (checkpoint.Curve is { } curve)
                {
                    listener.OnEpochs(curve, checkpoint.Times);
                }

                return null;
            case CompletedEvent completed when completed.Stage == stage:
                return new StageOutcome.Completed(completed.Result);
            case FailedEvent failed when failed.Stage is null || failed.Stage == stage:
                return new StageOutcome.Failed(failed.Failure);
            case StoppedEvent { Reason: StopReason.Drained } stopped when stopped.Stage == stage:
                return new StageOutcome.Drained();
            case StoppedEvent stopped when stopped.Stage == stage:
                return new StageOutcome.Cancelled();
            case StartedEvent started when started.Stage == stage:
                if (started.EpochsResumed > 0)
                {
                    log.LogInformation("{Stage} goes on after {Epochs} epochs of {All}", stage, started.EpochsResumed, run.Recipe.Epochs);
                }

                listener.OnProgress(started.EpochsResumed, loss: null);
                return null;
            default:
                log.LogDebug("Engine process sent {Event}, which is not of stage {Stage}", happened.GetType().Name, stage);
                return null;
        }
    }

    /// <summary>Asks the stage to stop; an engine that does not is killed, and the next run starts another.</summary>
    private async Task StopNow(EngineSession session, StageId stage)
    {
        await session.Send(new CancelRequest());
        using var enough = new CancellationTokenSource(settings.CancelLimit, time);
        try
        {
            while (await session.Events.WaitToReadAsync(enough.Token))
            {
                if (session.Events.TryRead(out var happened) && IsLastOf(stage, happened))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("An engine process did not stop {Stage} within {Limit} and is killed", stage, settings.CancelLimit);
        }

        await Drop(session);
    }

    private static bool IsLastOf(StageId stage, EngineEvent happened) => happened switch
    {
        StoppedEvent stopped => stopped.Stage == stage,
        CompletedEvent completed => completed.Stage == stage,
        FailedEvent failed => failed.Stage == stage,
        _ => false,
    };

    private async Task Drop(EngineSession session)
    {
        session.Kill();
        _session = null;
        await session.DisposeAsync();
    }

    private static StageOutcome Failed(FailureReason reason, string message) =>
        new StageOutcome.Failed(new StageFailure { Reason = reason, Message = message });

    private static Task Requested(CancellationToken token)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), requested);
        return requested.Task;
    }
}

/// <summary>An engine process does not start.</summary>
public sealed class EngineStartException(FailureReason reason, string message) : Exception(message)
{
    public FailureReason Reason { get; } = reason;
}
