using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep compare</c>: experiments side by side, of a cluster, of result files, or of both.</summary>
internal static class CompareCommand
{
    private const string DefaultTarget = "95%";

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiments = new Argument<string[]>("experiment")
        {
            Description = "Names, which 'sweep list' tells, or result files, which 'sweep export --format json' writes.",
            Arity = ArgumentArity.OneOrMore,
        };
        var target = new Option<string>("--to-hypervolume")
        {
            Description = "The hypervolume that experiments are timed to: a number, or a share of the best one's.",
            HelpName = "number or %",
            DefaultValueFactory = _ => DefaultTarget,
        };
        var html = new Option<string?>("--html") { Description = "Write the comparison as one HTML file without network access, too.", HelpName = "file" };
        var command = new Command("compare", "Compare experiments: fronts, coverage, hypervolume and the time to it, what their specs differ in.")
        {
            experiments, target, html,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var names = parsed.GetRequiredValue(experiments);
            if (names.Length is < 2 or > ExperimentComparer.MostExperiments)
            {
                throw new ClientException(
                    ExitCode.Usage, FormattableString.Invariant($"2 to {ExperimentComparer.MostExperiments} experiments can be compared, but {names.Length} {(names.Length == 1 ? "is" : "are")} named."));
            }

            var goal = TargetVolume.Parse(parsed.GetRequiredValue(target))
                ?? throw ClientException.BadSetting("--to-hypervolume", "must be a number above 0 up to 1, or a share such as 95%", parsed.GetRequiredValue(target));
            var settings = common.Settle(parsed, surroundings);
            var read = await ResultExport.Read(names, (_, result, _) => Task.FromResult(result), settings, surroundings, cancellationToken);
            var comparison = Compare([.. names.Zip(read, (name, exported) => (ResultFile.Is(name) ? name : null, exported))], goal);
            var page = parsed.GetValue(html) is { } file ? ReportFile.Write(() => ComparisonReport.Write(comparison), file, "--html") : null;
            AnswerWriter.Write(ComparisonView.Of(comparison, page), settings.Form, surroundings);
        });
        return command;
    }

    /// <exception cref="ClientException">They are not comparable.</exception>
    private static ExperimentComparison Compare(IReadOnlyList<(string? File, ExportedResult Exported)> read, TargetVolume goal)
    {
        var labels = ComparedExperiment.Labels([.. read.Select(one => (one.Exported.Result.Experiment, one.File))]);
        List<ComparedExperiment> compared =
        [
            .. read.Zip(labels, (one, label) => new ComparedExperiment { Label = label, File = one.File, Result = one.Exported.Result, Spec = one.Exported.Spec }),
        ];
        var refusals = ComparisonRules.Refusals(compared);
        return refusals.Count > 0
            ? throw new ClientException(ExitCode.Conflict, string.Join('\n', refusals.Select(refusal => refusal.Sentence(labels))))
            : ExperimentComparer.Compare(compared, goal);
    }
}
