using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep import</c>: what a search would start from, of trials that were run elsewhere. Nothing is sent to a cluster.</summary>
internal static class ImportCommand
{
    private static readonly IReadOnlyList<Column<KnownTrial>> s_metrics =
    [
        Metric("accuracy", "accuracy", trial => trial.Accuracy is { } accuracy ? Words.Percent(accuracy) : "", trial => Words.Exact(trial.Accuracy)),
        Metric("parameters", "parameters", trial => trial.Parameters is { } count ? Words.Count(count) : "", trial => Words.Exact(trial.Parameters)),
        Metric("FLOPs", "flops", trial => trial.Flops is { } flops ? Words.Magnitude(flops) : "", trial => Words.Exact(trial.Flops)),
        Metric("latency", "latency", trial => Words.Exact(trial.Latency), trial => Words.Exact(trial.Latency)),
    ];

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var file = new Argument<string>("file") { Description = "The sweep file whose space and objectives the trials must fit." };
        var from = new Option<string[]>("--from")
        {
            Description = "Trials: a table (sweep export --format csv, Optuna's trials_dataframe().to_csv()), a result file (--format json), or an Optuna journal.",
            HelpName = "file",
            Arity = ArgumentArity.OneOrMore,
            Required = true,
        };
        var command = new Command("import", "Show which trials of a file a search can start from, and why not from the others. 'sweep run' and 'sweep submit' take them with --warm-start.") { file, from };
        command.SetAction(parsed =>
        {
            var form = common.Form(parsed, surroundings);
            var path = parsed.GetRequiredValue(file);
            var spec = SpecArgument.ReadFile(path);
            var known = ImportedTrials.Read(parsed.GetRequiredValue(from), spec, surroundings);
            Column<KnownTrial>[] shown = [.. TrialColumns.Settings(known, trial => trial.Settings), .. s_metrics.Select(column => column.If(known.Any(trial => column.Value(trial) != "")))];
            AnswerWriter.Write(Answer.List("known", known, shown, "No trial."), form, surroundings);
        });
        return command;
    }

    private static Column<KnownTrial> Metric(string heading, string name, Func<KnownTrial, string> text, Func<KnownTrial, string> value) =>
        new(heading, name, text, value, Right: true);
}
