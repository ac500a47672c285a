using System.CommandLine;
using Spectre.Console;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Commands;

/// <summary><c>sweep delete</c>: forgets experiments that have ended. Asks before, for nothing brings them back.</summary>
internal static class DeleteCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiments = ExperimentArgument.Several();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("delete", "Forget experiments that have ended: their trials, results and names. Stages and nets that have finished stay, for whoever else wants them.") { experiments, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var typed = parsed.GetRequiredValue(experiments);
            var names = ExperimentArgument.Names(typed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);

            // All are looked up before the first is gone: a slip in the second name deletes nothing.
            var found = new List<ExperimentStatus>();
            foreach (var name in names)
            {
                found.Add(await ExperimentArgument.Named(session.Api, name, known => session.Api.GetStatus(known, cancellationToken), cancellationToken));
            }

            if (!parsed.GetValue(yes) && !Agreed(found, mayAsk: surroundings.ErrorIsTerminal && !typed.Contains("-"), surroundings))
            {
                surroundings.Error.WriteLine("Nothing was deleted.");
                return (int)ExitCode.Error;
            }

            var deleted = new List<ExperimentStatus>();
            try
            {
                foreach (var status in found)
                {
                    await session.Api.Delete(status.Name, cancellationToken);
                    deleted.Add(status);
                }
            }
            finally
            {
                // One that refuses ends the command; those before it are gone, and that is said.
                if (deleted.Count > 0)
                {
                    AnswerWriter.Write(StatusView.Experiments(deleted) with { Show = Say, ShowWide = Say }, settings.Form, surroundings);
                }
            }

            return (int)ExitCode.Ok;

            void Say(IAnsiConsole console)
            {
                foreach (var status in deleted)
                {
                    console.WriteLine($"'{status.Name}' is deleted.");
                }
            }
        });
        return command;
    }

    /// <exception cref="ClientException">There is nobody to ask.</exception>
    private static bool Agreed(IReadOnlyList<ExperimentStatus> found, bool mayAsk, Surroundings surroundings)
    {
        if (!mayAsk)
        {
            throw new ClientException(ExitCode.Usage, "Deleting is asked about first, but nobody can be asked here.", "With --yes nobody is.");
        }

        surroundings.Error.Write($"Delete {string.Join(", ", found.Select(status => $"'{VisibleText.OfLine(status.Name)}' ({Words.Many(status.Trials.Total, "trial")})"))}? Nothing brings them back. [y/N] ");
        surroundings.Error.Flush();
        return surroundings.Input.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
