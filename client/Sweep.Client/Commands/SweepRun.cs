using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>
/// One <c>sweep run</c>: finds or starts the silo of the state folder, submits, watches, reports. Whatever it is interrupted by, the
/// same command goes on.
/// </summary>
internal sealed class SweepRun(Surroundings surroundings, CommonSettings settings, SiloLaunch launch, string report)
{
    /// <summary>How often a silo that ended is followed by another, before the fault is taken for one that stays.</summary>
    private const int Restarts = 3;

    /// <summary>Between two looks at a folder that another silo is about to take or to leave.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public async Task<ExitCode> Run(SweepSpec spec)
    {
        using var interruption = surroundings.ListenForSignals();
        try
        {
            for (var restarts = 0; ; restarts++)
            {
                try
                {
                    return await RunOnce(spec, interruption);
                }
                catch (ClientException e) when (e.Code is ExitCode.Unreachable or ExitCode.Conflict && restarts < Restarts)
                {
                    surroundings.Error.WriteLine($"sweep: {e.Message}");
                    surroundings.Error.WriteLine("sweep: trying again; what has finished is kept.");
                    await Task.Delay(s_pause, surroundings.Time, interruption.Asked);
                }
            }
        }
        catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <exception cref="ClientException">Unreachable: the silo has gone. Conflict: another silo took the folder first.</exception>
    private async Task<ExitCode> RunOnce(SweepSpec spec, Interruption interruption)
    {
        await using var session = await JoinOrStart(interruption.Asked);
        ExperimentStatus? last = null;
        try
        {
            last = await Submit(session, spec, interruption.Asked);
            if (last.State is ExperimentState.Running && SiloReady.Find(settings.State) is { HttpPort: > 0 } silo)
            {
                surroundings.Error.WriteLine(FormattableString.Invariant($"The same, live, while it runs: http://127.0.0.1:{silo.HttpPort}/experiments/{spec.Name}"));
            }

            var end = await new ExperimentWatch(session, surroundings.Time)
                .UntilEnded(spec.Name, new Remembering(Displays.For(surroundings, session, spec.Name, interruption, Leaving(session)), status => last = status), limit: null, interruption.Asked);
            var result = await session.Api.GetResult(spec.Name, interruption.Asked);
            Show(result, await Curves.Add(session.Api, result, interruption.Asked));
            return OrderCommands.EndOf(end, surroundings);
        }
        catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
        {
            await Stop(session, last, interruption.Insisted);
            throw;
        }
        catch (ClientException e) when (e.Code is ExitCode.Unreachable && session.Silo is { Ended.IsCompletedSuccessfully: true } ended)
        {
            throw new ClientException(ExitCode.Unreachable, FormattableString.Invariant($"The silo ended with exit code {ended.Ended.Result}.{Environment.NewLine}{ended.LastWords}"));
        }
    }

    private async Task<ClusterSession> JoinOrStart(CancellationToken cancellationToken)
    {
        try
        {
            if (await ClusterSession.TryJoin(settings, surroundings, cancellationToken) is { } running)
            {
                surroundings.Error.WriteLine($"A silo has its state in '{settings.State}' already; using it.");
                await WarnWithoutWorkers(running, cancellationToken);
                return running;
            }
        }
        catch (ClientException e) when (e.Code is ExitCode.Unreachable)
        {
            // It was going as we came. If it has not gone after all, the folder is locked, and the next try joins it.
        }

        surroundings.Error.WriteLine($"Starting a silo with its state in '{settings.State}'.");
        return await ClusterSession.StartOwn(launch, surroundings, cancellationToken);
    }

    private async Task WarnWithoutWorkers(ClusterSession session, CancellationToken cancellationToken)
    {
        if ((await session.Api.GetQueue(cancellationToken)).Workers.Count == 0)
        {
            surroundings.Error.WriteLine("It has no workers: stages wait until one joins ('sweep silo --join').");
        }
    }

    private async Task<ExperimentStatus> Submit(ClusterSession session, SweepSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Api.Submit(spec, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (ExperimentWatch.IsOutage(e))
        {
            throw new ClientException(ExitCode.Unreachable, $"The silo took no experiment: {e.Message}");
        }
        catch (ExperimentConflictException e)
        {
            // Not a folder in use, which passes: a name in use, which stays.
            throw new ExperimentConflictException($"{e.Message} Name this one differently, or name another state folder with --state.");
        }
    }

    private void Show(ExperimentResult result, ExperimentResult kept)
    {
        var path = ReportFile.Write(kept, report);
        AnswerWriter.Write(ResultView.Front(result), settings.Form, surroundings);
        (settings.Form.IsForPeople() ? surroundings.Output : surroundings.Error).WriteLine($"Report: {path}");
    }

    private static string? Leaving(ClusterSession session) =>
        session.Silo is null ? null : "Stop the sweep? Running epochs finish and are kept; the same command goes on.";

    private async Task Stop(ClusterSession session, ExperimentStatus? last, CancellationToken insisted)
    {
        var done = last is null ? "" : FormattableString.Invariant($" {Math.Round(last.EpochsDone, 1)} of {Words.Many(last.EpochsNeeded, "epoch")} were done.");
        if (session.Silo is not { } silo)
        {
            surroundings.Error.WriteLine($"No longer watching; the silo that ran before goes on.{done}");
            return;
        }

        surroundings.Error.WriteLine("Stopping: running epochs finish and are kept. Once more stops at once.");
        try
        {
            await silo.Drain(insisted);
            surroundings.Error.WriteLine($"Stopped.{done} The same command goes on from there.");
        }
        catch (OperationCanceledException)
        {
            await silo.DisposeAsync();
            surroundings.Error.WriteLine($"Stopped at once.{done} The same command goes on from the last whole epochs.");
        }
    }

    /// <summary>Keeps the last status seen, for the words at an interruption.</summary>
    private sealed class Remembering(IProgressDisplay display, Action<ExperimentStatus> seen) : IProgressDisplay
    {
        public Task<T> While<T>(Func<Action<Sight>, Task<T>> work) => display.While<T>(show => work(sight =>
        {
            seen(sight.Status);
            show(sight);
        }));
    }
}
