using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary><c>sweep metrics</c>: the training of one trial, epoch by epoch.</summary>
internal static class MetricsCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var trial = new Argument<string>("trial") { Description = "Which one: an id that 'sweep trials' tells, or dense." };
        var plot = new Option<string?>("--plot")
        {
            Description = $"Draw this over the epochs instead of the table: {string.Join(", ", Enum.GetValues<CurveQuantity>().Select(Words.Name))}.",
            HelpName = "quantity",
        };
        plot.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetValues<CurveQuantity>().Select(Words.Name)]);
        var command = new Command("metrics", "Show the training of a trial along its whole path, epoch by epoch: loss, learning rate, the method's own figures, speed.") { experiment, trial, plot };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var (name, id) = (parsed.GetRequiredValue(experiment), parsed.GetRequiredValue(trial));
            CurveQuantity? quantity = parsed.GetValue(plot) is { } word ? Enum.Parse<CurveQuantity>(word, ignoreCase: true) : null;
            var (known, curve) = ResultFile.Is(name)
                ? OfFile(ResultFile.Show(name, surroundings).Result, id)
                : await ExperimentArgument.Ask(settings, surroundings, name, (api, full) => OfCluster(api, full, id, cancellationToken), cancellationToken);
            AnswerWriter.Write(CurveView.Of(known, curve, quantity), settings.Form, surroundings);
        });
        return command;
    }

    private static (string Experiment, TrainingCurve Curve) OfFile(ExperimentResult result, string id)
    {
        var path = PathOf(result, id);
        var curve = FrontCurves.Of(result, id, path);
        var isCarried = id == ExperimentPlanner.DenseId || FrontCurves.Trials(result).Any(trial => trial.Id == id);
        return isCarried && curve.Points.Count > 0 ? (result.Experiment, curve) : throw new ClientException(
            ExitCode.NotFound,
            $"A result file has the training of the unpruned net and of the first {FrontCurves.MostTrials} nets on its front, but '{id}' is none of them, or nobody recorded it.",
            "The cluster, while it keeps the experiment, has that of every trial.");
    }

    private static async Task<(string Experiment, TrainingCurve Curve)> OfCluster(ISweepApi api, string experiment, string id, CancellationToken cancellationToken)
    {
        var path = TrialPlanner.NumberOf(id) is { } number && await api.ListTrials(experiment, number, 1, cancellationToken) is { Trials: [var trial, ..] } && trial.Id == id
            ? trial.Stages
            : PathOf(await api.GetResult(experiment, cancellationToken), id);
        var histories = new Dictionary<StageId, StageHistory>();
        foreach (var some in path.Chunk(ISweepApi.MostHistories))
        {
            foreach (var history in await api.GetHistories(some, cancellationToken))
            {
                histories[history.Stage] = history;
            }
        }

        return (experiment, TrainingCurve.Of(id, path, histories.GetValueOrDefault));
    }

    /// <exception cref="ClientException">The experiment has no such trial.</exception>
    private static IReadOnlyList<StageId> PathOf(ExperimentResult result, string id) =>
        result.Trials.FirstOrDefault(candidate => candidate.Id == id)?.Stages
        ?? result.DenseSeeds?.FirstOrDefault(dense => dense.Id == id)?.Stages
        ?? (id == ExperimentPlanner.DenseId ? result.DenseStages : null)
        ?? throw new ClientException(ExitCode.NotFound, TrialNotFoundException.Named(result.Experiment, id).Message, $"'sweep trials {result.Experiment}' lists them.");
}
