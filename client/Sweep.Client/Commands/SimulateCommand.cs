using System.CommandLine;
using System.Text.Json;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Simulation;

namespace Sweep.Client.Commands;

/// <summary>Runs a sweep file in virtual time: how long it would take on which devices, before any is paid.</summary>
internal static class SimulateCommand
{
    private const int MostRuns = 10_000;

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var cluster = new Option<string?>("--cluster") { Description = "YAML file of the cluster: silos, devices, failures, stage times. Without it: one device, an epoch a minute, no failures.", HelpName = "file" };
        var outcomes = new Option<string?>("--outcomes") { Description = "Result of a past experiment ('sweep show NAME -o json'): what it measured is what the same stages find here.", HelpName = "file" };
        var beside = new Option<string[]>("--beside") { Description = "Another sweep file, submitted at the same time. May be given more than once.", HelpName = "file", DefaultValueFactory = _ => [] };
        var seed = new Option<long>("--seed") { Description = "Decides times, failures and outcomes: the same seed gives the same run.", HelpName = "number" };
        var runs = new Option<int>("--runs") { Description = "Runs with this many seeds, from --seed on, and shows a line for each.", HelpName = "number", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Run a sweep file in virtual time, on any cluster and on no device.")
        {
            cluster, outcomes, beside, seed, runs,
        };
        spec.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(runs);
            if (count is < 1 or > MostRuns)
            {
                throw ClientException.BadSetting("--runs", FormattableString.Invariant($"must lie in 1 to {MostRuns}"), Words.Exact(count));
            }

            var input = new SimulationInput
            {
                Cluster = parsed.GetValue(cluster) is { } file ? ReadCluster(file) : new ClusterModel(),
                Experiments = [spec.Read(parsed, surroundings), .. (parsed.GetValue(beside) ?? []).Select(other => ReadSpec(other))],
                Seed = parsed.GetValue(seed),
                Measured = parsed.GetValue(outcomes) is { } past ? ReadOutcomes(past) : new Dictionary<StageId, TrialMetrics>(),
            };
            if (input.Experiments.DistinctBy(experiment => experiment.Name).Count() < input.Experiments.Count)
            {
                throw ClientException.BadSetting("--beside", "must name sweeps of other names", string.Join(", ", input.Experiments.Select(experiment => experiment.Name)));
            }

            List<SimulationReport> reports = [];
            for (var run = 0; run < count && !cancellationToken.IsCancellationRequested; run++)
            {
                reports.Add(Simulator.Run(input with { Seed = input.Seed + run }));
            }

            cancellationToken.ThrowIfCancellationRequested();
            var settings = common.Settle(parsed, surroundings);
            AnswerWriter.Write(count == 1 ? SimulationView.One(reports[0], input.Cluster) : SimulationView.Many(reports), settings.Form, surroundings);
            return Task.FromResult((int)ExitCode.Ok);
        });
        return command;
    }

    private static ClusterModel ReadCluster(string file)
    {
        try
        {
            return ClusterModelReader.Read(Text(file, "cluster file"), file);
        }
        catch (ClusterModelException e)
        {
            throw new ClientException(ExitCode.InvalidSpec, e.Message);
        }
    }

    private static SweepSpec ReadSpec(string file)
    {
        return SweepSpecReader.Read(Text(file, "sweep file"), file);
    }

    private static IReadOnlyDictionary<StageId, TrialMetrics> ReadOutcomes(string file)
    {
        try
        {
            return Simulator.MeasuredBy(CanonicalJson.Deserialize<ExperimentResult>(Text(file, "result")));
        }
        catch (JsonException e)
        {
            throw new ClientException(ExitCode.Usage, $"--outcomes must be a result document ('sweep show NAME -o json'), but '{file}' is not: {e.Message}");
        }
    }

    private static string Text(string file, string what)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no {what} '{file}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"A {what} must be readable, but '{file}' is not: {e.Message}");
        }
    }
}
