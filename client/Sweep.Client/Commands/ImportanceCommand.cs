using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep importance</c>: which settings decide whether a trial is among the best.</summary>
internal static class ImportanceCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var metric = new Option<Metric?>("--metric") { Description = "Only by this objective.", HelpName = "metric" };
        var command = new Command("importance", "Show which settings decide whether a trial is among the best, objective by objective (PED-ANOVA).") { experiment, metric };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var result = await ExperimentArgument.Result(settings, surroundings, name, cancellationToken);
            var importances = ParameterImportances.Of(result.Trials, result.Objectives)
                .Where(importance => parsed.GetValue(metric) is not { } only || importance.Metric == only).ToList();
            AnswerWriter.Write(
                Answer.List(
                    "importances",
                    importances,
                    [
                        new("setting", "parameter", importance => importance.Parameter, importance => importance.Parameter),
                        new("decides", "metric", importance => Words.Name(importance.Metric), importance => Words.Name(importance.Metric)),
                        new("share", "share", importance => Words.Percent(importance.Share), importance => Words.Exact(importance.Share), Right: true),
                        new("trials", "trials", importance => Words.Count(importance.Trials), importance => Words.Exact(importance.Trials), Right: true),
                    ],
                    "Too few complete trials differ in too few settings to tell."),
                settings.Form,
                surroundings);
        });
        return command;
    }
}
