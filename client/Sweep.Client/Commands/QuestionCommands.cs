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

    public static Command Show(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var trial = new Argument<string?>("trial")
        {
            Description = "Shows this trial instead: why it was proposed, and what was decided on it. For example t0003.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("show", "Show where an experiment stands, or one of its trials.") { experiment, trial };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var answer = ResultFile.Is(name) ? OfFile(ResultFile.Show(name, surroundings).Result, parsed.GetValue(trial)) : await ExperimentArgument.Ask(
                settings,
                surroundings,
                name,
                async (api, known) => parsed.GetValue(trial) is { } id
                    ? DecisionView.Trial(known, await OneTrial(api, known, id, cancellationToken))
                    : await Standing(api, known, cancellationToken),
                cancellationToken);
            AnswerWriter.Write(answer, settings.Form, surroundings);
        });
        return command;
    }

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
        var why = new Option<bool>("--why") { Description = "Say why each was proposed and why it went no further, instead of what was measured. Other forms than a table always do." };
        var experiment = ExperimentArgument.OrFile();
        var command = new Command("trials", "List the trials of an experiment.") { experiment, state, why };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var trials = ResultFile.Is(name)
                ? [.. ResultFile.Show(name, surroundings).Result.Trials]
                : await ExperimentArgument.Ask(settings, surroundings, name, (api, known) => AllTrials(api, known, cancellationToken), cancellationToken);
            if (parsed.GetValue(state) is { } only)
            {
                trials = trials.FindAll(trial => trial.State == Enum.Parse<TrialState>(only, ignoreCase: true));
            }

            var columns = parsed.GetValue(why) && settings.Form is OutputForm.Table ? DecisionView.Columns : TrialColumns.All(trials);
            AnswerWriter.Write(Answer.List("trials", trials, columns, "No trial."), settings.Form, surroundings);
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
            var result = await ExperimentArgument.Kept(settings, surroundings, name, cancellationToken);
            var path = ReportFile.Write(result, parsed.GetRequiredValue(file));
            AnswerWriter.Write(ResultView.Whole(result with { Curves = null }, console => console.WriteLine($"Report: {path}")), settings.Form, surroundings);
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

    private static Answer OfFile(ExperimentResult result, string? id) => id is null ? Shown(result)
        : result.Trials.FirstOrDefault(trial => trial.Id == id) is { } trial ? DecisionView.Trial(result.Experiment, trial)
        : throw new ClientException(ExitCode.NotFound, TrialNotFoundException.Named(result.Experiment, id).Message);

    private static async Task<Answer> Standing(ISweepApi api, string name, CancellationToken cancellationToken)
    {
        var status = await api.GetStatus(name, cancellationToken);
        var result = await api.GetResult(name, cancellationToken);
        return ResultView.Whole(result, console => ShowStatus(console, status, result));
    }

    private static async Task<TrialResult> OneTrial(ISweepApi api, string name, string id, CancellationToken cancellationToken)
    {
        var page = TrialPlanner.NumberOf(id) is { } number ? await api.ListTrials(name, number, 1, cancellationToken) : null;
        return page is { Trials: [var trial, ..] } ? trial
            : throw new ClientException(ExitCode.NotFound, TrialNotFoundException.Named(name, id).Message, $"'sweep trials {name}' lists them.");
    }

    private static void ShowStatus(IAnsiConsole console, ExperimentStatus status, ExperimentResult result)
    {
        foreach (var block in StatusView.Summary(console, status))
        {
            console.Write(block);
            console.WriteLine();
        }

        foreach (var rung in DecisionView.Rungs(result.Trials))
        {
            console.WriteLine(rung);
        }

        if (status.Reason is { } reason)
        {
            console.WriteLine($"Ended before its last trial: {VisibleText.OfLine(reason)}.");
        }

        console.WriteLine($"The front has {Words.Many(status.Front.Count, "point")}: 'sweep front {status.Name}'.");
    }
}
