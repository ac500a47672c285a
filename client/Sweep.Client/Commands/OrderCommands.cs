using System.CommandLine;
using Spectre.Console;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>Commands that tell a running cluster what to do.</summary>
internal static class OrderCommands
{
    public static Command Submit(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var command = new Command("submit", "Give a sweep file to a cluster and return. Submitting it again changes nothing.");
        spec.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var valid = spec.Read(parsed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            var status = await session.Api.Submit(valid, cancellationToken);
            AnswerWriter.Write(
                StatusView.Experiments([status]) with { Show = console => console.WriteLine($"'{status.Name}' is {Words.Name(status.State)}. Watch it with: sweep watch {status.Name}") },
                settings.Form,
                surroundings);
        });
        return command;
    }

    public static Command Watch(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var command = new Command("watch", "Follow an experiment to its end, on a terminal with keys. q or Ctrl+C leaves it running.") { experiment };
        command.SetAction(async (parsed, _) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            using var interruption = surroundings.ListenForSignals();
            try
            {
                await using var session = await ClusterSession.Join(settings, surroundings, interruption.Asked);
                name = (await ExperimentArgument.Named(session.Api, name, known => session.Api.GetStatus(known, interruption.Asked), interruption.Asked)).Name;
                var end = await new ExperimentWatch(session, surroundings.Time)
                    .UntilEnded(name, Displays.For(surroundings, session, name, interruption), GlobalFlags.Timeout(common, parsed), interruption.Asked);
                AnswerWriter.Write(ResultView.Front(await session.Api.GetResult(name, interruption.Asked)), settings.Form, surroundings);
                return (int)EndOf(end, surroundings);
            }
            catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
            {
                surroundings.Error.WriteLine($"No longer watching; '{name}' goes on. Watch it again with: sweep watch {name}");
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    public static Command Pause(CommonOptions common, Surroundings surroundings) =>
        Order("pause", "Open no more stages; those running finish.", (api, name, cancellationToken) => api.Pause(name, cancellationToken), common, surroundings);

    public static Command Resume(CommonOptions common, Surroundings surroundings) =>
        Order("resume", "Go on with a paused experiment.", (api, name, cancellationToken) => api.Resume(name, cancellationToken), common, surroundings);

    public static Command Cancel(CommonOptions common, Surroundings surroundings) =>
        Order("cancel", "End an experiment. What has finished is kept.", (api, name, cancellationToken) => api.Cancel(name, cancellationToken), common, surroundings);

    /// <summary>The exit code of a command that saw an experiment end, with a word on what went wrong.</summary>
    public static ExitCode EndOf(ExperimentStatus end, Surroundings surroundings)
    {
        if (end.Trials.Failed > 0)
        {
            surroundings.Error.WriteLine($"sweep: {Words.Many(end.Trials.Failed, "trial")} of '{end.Name}' failed; 'sweep trials {end.Name} --only failed -o csv' says why.");
        }

        switch (end.State)
        {
            case ExperimentState.Failed:
                surroundings.Error.WriteLine(VisibleText.OfLines($"sweep: '{end.Name}' failed{(end.Failure is { } why ? $": {why}" : ".")}"));
                return ExitCode.ExperimentFailed;
            case ExperimentState.Cancelled:
                surroundings.Error.WriteLine($"sweep: '{end.Name}' was cancelled.");
                return ExitCode.Cancelled;
            default:
                return ExitCode.Ok;
        }
    }

    private static Command Order(
        string verb, string description, Func<ISweepApi, string, CancellationToken, Task> order, CommonOptions common, Surroundings surroundings)
    {
        var experiments = ExperimentArgument.Several();
        var command = new Command(verb, description) { experiments };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var names = ExperimentArgument.Names(parsed.GetRequiredValue(experiments), surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            var obeyed = new List<ExperimentStatus>();
            try
            {
                foreach (var name in names)
                {
                    obeyed.Add(await ExperimentArgument.Named(session.Api, name, Obey, cancellationToken));
                }
            }
            finally
            {
                // One that refuses ends the command; those before it have obeyed, and that is said.
                if (obeyed.Count > 0)
                {
                    AnswerWriter.Write(StatusView.Experiments(obeyed) with { Show = Say, ShowWide = Say }, settings.Form, surroundings);
                }
            }

            async Task<ExperimentStatus> Obey(string name)
            {
                await order(session.Api, name, cancellationToken);
                return await session.Api.GetStatus(name, cancellationToken);
            }

            void Say(IAnsiConsole console)
            {
                foreach (var status in obeyed)
                {
                    console.WriteLine($"'{status.Name}' is {Words.Name(status.State)}.");
                }
            }
        });
        return command;
    }
}
