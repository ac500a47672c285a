using System.CommandLine;
using System.Globalization;
using Sweep.Client.Cluster;
using Sweep.Client.Settings;

namespace Sweep.Client.Commands;

/// <summary><c>sweep run</c>: everything, on this machine.</summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var report = ReportFile.Option();
        var workers = Count("--workers", "Stages to run at once. Default: one per GPU, else one per core.");
        var threads = Count("--threads", "Cores that all workers use together. Default: all.");
        var data = new Option<string?>("--data") { Description = "Folder to search for data sets first. Environment: SWEEP_DATA.", HelpName = "folder" };
        var command = new Command("run", "Run a sweep on this machine: start a silo, watch, print the front, write the report. Ctrl+C stops it; the same command goes on.")
        {
            report, workers, threads, data,
        };
        spec.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            foreach (var option in new[] { common.Server, common.Gateway, common.Context })
            {
                if (parsed.GetResult(option) is { Implicit: false })
                {
                    throw new ClientException(ExitCode.Usage, $"'run' starts a silo of its own, so it takes no {option.Name}.", "Use 'sweep submit' and 'sweep watch' with a cluster that runs already.");
                }
            }

            if (GlobalFlags.Timeout(common, parsed) is not null)
            {
                throw new ClientException(ExitCode.Usage, "'run' takes no --timeout.", "limits.wallTime of the sweep file ends a sweep in an orderly way: --set limits.wallTime=2h");
            }

            // A cluster of the environment or of the current context is for the other commands.
            var settings = common.Settle(parsed, surroundings) with { Server = null, Gateway = null };
            var valid = spec.Read(parsed, surroundings);
            var folder = parsed.GetValue(data) is { } named ? Path.GetFullPath(named) : null;
            DataSets.Require(valid.Data, folder, surroundings.Variable);
            foreach (var adapted in TrainedWeights.Require(valid, folder, surroundings.Variable))
            {
                surroundings.Error.WriteLine(adapted);
            }

            var launch = new SiloLaunch { State = settings.State, Workers = parsed.GetValue(workers), Threads = parsed.GetValue(threads), Data = folder };
            return (int)await new SweepRun(surroundings, settings, launch, parsed.GetRequiredValue(report)).Run(valid);
        });
        return command;
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "count" };
        option.Validators.Add(result =>
        {
            // What is no number at all, the parser itself refuses.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError(FormattableString.Invariant($"{name} must be at least 1, but is {count}."));
            }
        });
        return option;
    }
}
