using System.CommandLine;
using Spectre.Console;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>Commands that ask about experiments and change nothing.</summary>
internal static class QuestionCommands
{
    private const int PageSize = 500;

    public static Command List(CommonOptions common, Surroundings surroundings)
    {
        var command = new Command("list", "List experiments.") { Aliases = { "ls" } };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            await using var session = await ClusterSession.Ask(settings, surroundings, cancellationToken);
            AnswerWriter.Write(StatusView.Experiments(await session.Api.List(cancellationToken)), settings.Form, surroundings);
        });
        return command;
    }

    public static Command Show(CommonOptions common, Surroundings surroundings) => About(
        "show",
        "Show where an experiment stands.",
        common,
        surroundings,
        async (settings, name, cancellationToken) => ResultFile.Is(name)
            ? Shown(ResultFile.Show(name, surroundings).Result)
            : await ExperimentArgument.Ask(settings, surroundings, name, async api =>
            {
                var status = await api.GetStatus(name, cancellationToken);
                return ResultView.Whole(await api.GetResult(name, cancellationToken), console => ShowStatus(console, status));
            }, cancellationToken));

    public static Command Front(CommonOptions common, Surroundings surroundings) => About(
        "front",
        "Show the Pareto front of an experiment.",
        common,
        surroundings,
        async (settings, name, cancellationToken) => ResultView.Front(await ExperimentArgument.Result(settings, surroundings, name, cancellationToken)));

    public static Command Summary(CommonOptions common, Surroundings surroundings) => About(
        "summary",
        "Show mean and spread over the seeds of an experiment, setting by setting, against the dense net.",
        common,
        surroundings,
        async (settings, name, cancellationToken) => SummaryView.Of(await ExperimentArgument.Result(settings, surroundings, name, cancellationToken)));

    public static Command Timeline(CommonOptions common, Surroundings surroundings) => About(
        "timeline",
        "Show which worker ran what when, and how the front grew.",
        common,
        surroundings,
        async (settings, name, cancellationToken) => TimelineView.Of(await ExperimentArgument.Result(settings, surroundings, name, cancellationToken)));

    public static Command Trials(CommonOptions common, Surroundings surroundings)
    {
        var state = new Option<string?>("--only") { Description = "Only trials in this state: waiting, running, complete, stopped or failed.", HelpName = "state" };
        state.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<TrialState>().Select(name => name.ToLowerInvariant())]);
        var experiment = ExperimentArgument.OrFile();
        var command = new Command("trials", "List the trials of an experiment.") { experiment, state };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var trials = ResultFile.Is(name)
                ? [.. ResultFile.Show(name, surroundings).Result.Trials]
                : await ExperimentArgument.Ask(settings, surroundings, name, api => AllTrials(api, name, cancellationToken), cancellationToken);
            if (parsed.GetValue(state) is { } only)
            {
                trials = trials.FindAll(trial => trial.State == Enum.Parse<TrialState>(only, ignoreCase: true));
            }

            AnswerWriter.Write(Answer.List("trials", trials, TrialColumns.All(trials), "No trial."), settings.Form, surroundings);
        });
        return command;
    }

    public static Command Report(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var file = ReportFile.Option();
        var command = new Command("report", "Write the report of an experiment: one HTML file without network access.") { experiment, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var result = await ExperimentArgument.Result(settings, surroundings, name, cancellationToken);
            var path = ReportFile.Write(result, parsed.GetRequiredValue(file));
            AnswerWriter.Write(ResultView.Whole(result, console => console.WriteLine($"Report: {path}")), settings.Form, surroundings);
        });
        return command;
    }

    public static Command Silos(CommonOptions common, Surroundings surroundings) =>
        AboutQueue("silos", "List the workers of every silo and what they run.", StatusView.Workers, common, surroundings);

    public static Command Queue(CommonOptions common, Surroundings surroundings) =>
        AboutQueue("queue", "Show how much work waits.", StatusView.Queue, common, surroundings);

    private static Command AboutQueue(
        string verb, string description, Func<QueueStatus, Answer> view, CommonOptions common, Surroundings surroundings)
    {
        var command = new Command(verb, description);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            AnswerWriter.Write(view(await session.Api.GetQueue(cancellationToken)), settings.Form, surroundings);
        });
        return command;
    }

    private static Command About(
        string verb,
        string description,
        CommonOptions common,
        Surroundings surroundings,
        Func<CommonSettings, string, CancellationToken, Task<Answer>> ask)
    {
        var experiment = ExperimentArgument.OrFile();
        var command = new Command(verb, description) { experiment };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            AnswerWriter.Write(await ask(settings, parsed.GetRequiredValue(experiment), cancellationToken), settings.Form, surroundings);
        });
        return command;
    }

    private static async Task<List<TrialResult>> AllTrials(ISweepApi api, string name, CancellationToken cancellationToken)
    {
        var trials = new List<TrialResult>();
        while (true)
        {
            var page = await api.ListTrials(name, trials.Count, PageSize, cancellationToken);
            trials.AddRange(page.Trials);
            if (page.Trials.Count == 0 || trials.Count >= page.Total)
            {
                return trials;
            }
        }
    }

    private static Answer Shown(ExperimentResult result) => ResultView.Whole(result, console => ResultView.ShowFront(console, result));

    private static void ShowStatus(IAnsiConsole console, ExperimentStatus status)
    {
        foreach (var block in StatusView.Summary(console, status))
        {
            console.Write(block);
            console.WriteLine();
        }

        console.WriteLine($"The front has {Words.Many(status.Front.Count, "point")}: 'sweep front {status.Name}'.");
    }
}
