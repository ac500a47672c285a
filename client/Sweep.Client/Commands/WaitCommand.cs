using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Grains;

namespace Sweep.Client.Commands;

/// <summary><c>sweep wait</c>: silence until an experiment has come so far, for scripts.</summary>
internal static class WaitCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var until = new Option<Milestone>("--for")
        {
            Description = "done, trials=N (so many have ended) or front=N (so many are on the front).",
            HelpName = "milestone",
            CustomParser = argument => Milestone.Parse(argument.Tokens[0].Value) ?? Refuse(argument),
            DefaultValueFactory = _ => Milestone.Done,
        };
        until.CompletionSources.Add("done", "trials=", "front=");
        var command = new Command("wait", "Wait without a word until an experiment has ended, or has come so far. The exit code says how it ended.") { experiment, until };
        command.SetAction(async (parsed, _) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var milestone = parsed.GetRequiredValue(until);
            using var interruption = surroundings.ListenForSignals();
            try
            {
                await using var session = await ClusterSession.Join(settings, surroundings, interruption.Asked);
                name = (await ExperimentArgument.Named(session.Api, name, known => session.Api.GetStatus(known, interruption.Asked), interruption.Asked)).Name;
                var seen = await new ExperimentWatch(session, surroundings.Time)
                    .Until(name, Displays.None, GlobalFlags.Timeout(common, parsed), milestone.IsReached, interruption.Asked);
                AnswerWriter.Write(
                    StatusView.Experiments([seen]) with { Show = console => console.WriteLine(PlainDisplay.Line(new Sight(seen, null))) }, settings.Form, surroundings);
                return (int)CodeOf(seen, milestone, surroundings);
            }
            catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
            {
                surroundings.Error.WriteLine($"No longer waiting; '{name}' goes on.");
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static ExitCode CodeOf(ExperimentStatus seen, Milestone milestone, Surroundings surroundings)
    {
        if (milestone.IsReached(seen))
        {
            return ExitCode.Ok;
        }

        var code = OrderCommands.EndOf(seen, surroundings);
        if (code == ExitCode.Ok && milestone != Milestone.Done)
        {
            surroundings.Error.WriteLine($"sweep: '{seen.Name}' ended before {milestone}.");
            return ExitCode.Conflict;
        }

        return code;
    }

    private static Milestone Refuse(System.CommandLine.Parsing.ArgumentResult argument)
    {
        argument.AddError($"--for must be done, trials=N or front=N with N at least 1, but is '{argument.Tokens[0].Value}'.");
        return Milestone.Done;
    }

    /// <summary>How far an experiment is to come. At the end it has come as far as it will.</summary>
    /// <param name="Counted">What is counted; null for the end.</param>
    /// <param name="Least">How many.</param>
    private sealed record Milestone(string? Counted, int Least)
    {
        public static Milestone Done { get; } = new(null, 0);

        public static Milestone? Parse(string text) => text == "done" ? Done
            : text.Split('=') is [("trials" or "front") and var counted, var number]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var least) && least > 0 ? new Milestone(counted, least)
            : null;

        public bool IsReached(ExperimentStatus status) => Counted switch
        {
            "trials" => status.Trials.Complete + status.Trials.Stopped + status.Trials.Failed >= Least,
            "front" => status.Front.Count >= Least,
            _ => false,
        };

        public override string ToString() => Counted is null ? "done" : FormattableString.Invariant($"{Counted}={Least}");
    }
}
