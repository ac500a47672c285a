using System.CommandLine;
using System.Text.Json;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Simulation;

namespace Sweep.Client.Commands;

/// <summary>Runs sweep files in virtual time: how long they would take on which devices, and which of them is best, before any is paid.</summary>
internal static class SimulateCommand
{
    private const int MostRuns = 10_000;

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var specs = new SpecArgument(several: true);
        var cluster = new Option<string?>("--cluster") { Description = "YAML file of the cluster: silos, devices, failures, stage times. Without it: one device, an epoch a minute, no failures.", HelpName = "file" };
        var outcomes = new Option<string?>("--outcomes") { Description = "Result of a past experiment ('sweep show NAME -o json'): what it measured is what the same stages find here.", HelpName = "file" };
        var times = new Option<string?>("--times") { Description = "Result of a past experiment ('sweep show NAME -o json'): stages like its own take as long here.", HelpName = "file" };
        var beside = new Option<string[]>("--beside") { Description = "Another sweep file, submitted at the same time. May be given more than once.", HelpName = "file", DefaultValueFactory = _ => [] };
        var seed = new Option<long>("--seed") { Description = "Decides times, failures and outcomes: the same seed gives the same run.", HelpName = "number" };
        var runs = new Option<int>("--runs") { Description = "Runs with this many seeds, from --seed on, and shows a line for each; of several files, what is in the middle.", HelpName = "number", DefaultValueFactory = _ => 1 };
        var command = new Command("simulate", "Run sweep files in virtual time, on any cluster and on no device.")
        {
            cluster, outcomes, times, beside, seed, runs,
        };
        specs.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var count = parsed.GetValue(runs);
            if (count is < 1 or > MostRuns)
            {
                throw ClientException.BadSetting("--runs", FormattableString.Invariant($"must lie in 1 to {MostRuns}"), Words.Exact(count));
            }

            var sweeps = specs.ReadAll(parsed, surroundings);
            var others = (parsed.GetValue(beside) ?? []).Select(ReadSpec).ToList();
            var input = new SimulationInput
            {
                Cluster = parsed.GetValue(cluster) is { } file ? ReadCluster(file) : new ClusterModel(),
                Experiments = [],
                Seed = parsed.GetValue(seed),
                Measured = parsed.GetValue(outcomes) is { } past ? Simulator.MeasuredBy(ReadResult("--outcomes", past)) : new Dictionary<StageId, TrialMetrics>(),
                Took = parsed.GetValue(times) is { } took ? ReadTimes(took) : null,
            };
            RequireComparable(sweeps);
            var reports = sweeps.Select(sweep => (sweep.File, Run(input, [sweep.Spec, .. others], count, cancellationToken))).ToList();
            var settings = common.Settle(parsed, surroundings);
            AnswerWriter.Write(
                reports.Count > 1 ? SimulatedSweepsView.Of(SimulationComparison.Of(reports), input.Cluster)
                    : count == 1 ? SimulationView.One(reports[0].Item2[0], input.Cluster)
                    : SimulationView.Many(reports[0].Item2),
                settings.Form,
                surroundings);
            return Task.FromResult((int)ExitCode.Ok);
        });
        return command;
    }

    private static IReadOnlyList<SimulationReport> Run(SimulationInput input, IReadOnlyList<SweepSpec> experiments, int count, CancellationToken cancellationToken)
    {
        if (experiments.DistinctBy(experiment => experiment.Name).Count() < experiments.Count)
        {
            throw ClientException.BadSetting("--beside", "must name sweeps of other names", string.Join(", ", experiments.Select(experiment => experiment.Name)));
        }

        List<SimulationReport> reports = [];
        for (var run = 0; run < count; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reports.Add(Simulator.Run(input with { Experiments = experiments, Seed = input.Seed + run }));
        }

        return reports;
    }

    /// <summary>Their fronts are compared, so they must be fronts of the same.</summary>
    private static void RequireComparable(IReadOnlyList<(string File, SweepSpec Spec)> sweeps)
    {
        var (first, spec) = sweeps[0];
        foreach (var (file, other) in sweeps.Skip(1))
        {
            var differs = Differs(spec.Model, other.Model) ? "model" : Differs(spec.Data, other.Data) ? "data" : Differs(spec.Objectives, other.Objectives) ? "objectives" : null;
            if (differs is not null)
            {
                throw new ClientException(ExitCode.Usage, $"Sweeps are compared by their fronts, of one model, data and objectives, but {differs} of '{first}' and '{file}' differ.");
            }
        }

        static bool Differs<T>(T one, T other) => CanonicalJson.Serialize(one) != CanonicalJson.Serialize(other);
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

    private static PastTimes ReadTimes(string file) => PastTimes.Of(ReadResult("--times", file))
        ?? throw new ClientException(ExitCode.Usage, $"--times must be the result of an experiment with finished stages, but '{file}' has no stageTimes.");

    private static ExperimentResult ReadResult(string option, string file)
    {
        try
        {
            return CanonicalJson.Deserialize<ExperimentResult>(Text(file, "result"));
        }
        catch (JsonException e)
        {
            throw new ClientException(ExitCode.Usage, $"{option} must be a result document ('sweep show NAME -o json'), but '{file}' is not: {e.Message}");
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
