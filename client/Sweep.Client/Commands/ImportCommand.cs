using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep import</c>: what a search would start from, of trials that were run elsewhere. Nothing is sent to a cluster.</summary>
internal static class ImportCommand
{
    private static readonly IReadOnlyList<Column<KnownTrial>> s_columns =
    [
        Word("method", trial => Words.Name(trial.Method)),
        Number("sparsity", trial => trial.Sparsity),
        Word("target", trial => Words.Name(trial.Target)),
        Number("lambda", trial => trial.Lambda),
        Number("rho", trial => trial.Rho),
        Number("seed", trial => trial.Seed),
        Number("finetuneSeed", trial => trial.FinetuneSeed),
        Number("finetuneEpochs", trial => trial.FinetuneEpochs),
        Number("finetuneLearningRate", trial => trial.FinetuneLearningRate),
        Number("accuracy", trial => trial.Accuracy),
        Number("parameters", trial => trial.Parameters),
        Number("flops", trial => trial.Flops),
        Number("latency", trial => trial.Latency),
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
            var spec = Spec(path);
            var known = ImportedTrials.Read(parsed.GetRequiredValue(from), spec, surroundings);
            var shown = s_columns.Select(column => column.If(known.Any(trial => column.Value(trial) != ""))).ToList();
            AnswerWriter.Write(Answer.List("known", known, shown, "No trial."), form, surroundings);
        });
        return command;
    }

    private static SweepSpec Spec(string path)
    {
        try
        {
            return SweepSpecReader.ReadFile(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ExitCode.NotFound, $"There is no sweep file '{path}'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ClientException.SpecUnreadable(path, e.Message);
        }
    }

    private static Column<KnownTrial> Word(string name, Func<KnownTrial, string> text) => new(name, name, text, text);

    private static Column<KnownTrial> Number(string name, Func<KnownTrial, double?> number) =>
        new(name, name, trial => Words.Exact(number(trial)), trial => Words.Exact(number(trial)), Right: true);
}
