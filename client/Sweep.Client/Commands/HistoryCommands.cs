using System.CommandLine;
using System.Globalization;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>What happened to an experiment: its stages and its events.</summary>
internal static class HistoryCommands
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private static readonly IReadOnlyList<Column<ExperimentEvent>> s_columns =
    [
        new("at", "at", one => Moment(one.At, "yyyy-MM-dd HH:mm:ss"), one => Moment(one.At, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'")),
        new("what", "kind", one => one.Text, one => Words.Name(one.Kind)),
        new(null, "trial", _ => "", one => one.Trial ?? ""),
        new(null, "stage", _ => "", one => one.Stage?.Value ?? ""),
        new(null, "attempt", _ => "", one => Words.Exact(one.Attempt)),
        new(null, "worker", _ => "", one => one.Worker ?? ""),
        new(null, "text", _ => "", one => one.Text),
    ];

    public static Command Stages(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var command = new Command("stages", "Draw the tree of an experiment's stages: which trials share which, and how far each has come.") { experiment };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            AnswerWriter.Write(
                ResultFile.Is(name)
                    ? StagesView.Of(ResultFile.Show(name, surroundings).Result, status: null)
                    : await ExperimentArgument.Ask(
                        settings,
                        surroundings,
                        name,
                        async (api, known) => StagesView.Of(await api.GetResult(known, cancellationToken), await api.GetStatus(known, cancellationToken)),
                        cancellationToken),
                settings.Form,
                surroundings);
        });
        return command;
    }

    public static Command Events(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens until the experiment has ended; Ctrl+C leaves it running." };
        var command = new Command("events", "Tell what happened to an experiment: attempts at stages, trials, the front. A stage's start is told once the attempt has ended.") { experiment, follow };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            if (!parsed.GetValue(follow) || ResultFile.Is(name))
            {
                Write(ExperimentEvents.Of(await ExperimentArgument.Result(settings, surroundings, name, cancellationToken)), settings, surroundings);
                return (int)ExitCode.Ok;
            }

            if (settings.Form is OutputForm.Json or OutputForm.Yaml)
            {
                throw new ClientException(ExitCode.Usage, $"What goes on has no end to a document, but --follow asks for {Words.Name(settings.Form)}.", "-o jsonl writes a line an event.");
            }

            using var interruption = surroundings.ListenForSignals();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(interruption.Asked, cancellationToken);
            try
            {
                await using var session = await ClusterSession.Join(settings, surroundings, end.Token);
                name = (await ExperimentArgument.Named(session.Api, name, known => session.Api.GetStatus(known, end.Token), end.Token)).Name;
                return (int)await Follow(session.Api, name, settings, surroundings, end.Token);
            }
            catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
            {
                surroundings.Error.WriteLine($"No longer following; '{name}' goes on.");
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    /// <summary>The result is read again only when something has ended: it is as long as the experiment.</summary>
    private static async Task<ExitCode> Follow(ISweepApi api, string name, CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var told = new HashSet<(EventKind, DateTimeOffset, string?, StageId?, int?)>();
        (int, TrialCounts, ExperimentState)? seen = null;
        while (true)
        {
            var status = await api.GetStatus(name, cancellationToken);
            if (seen != (status.StagesDone, status.Trials, status.State))
            {
                seen = (status.StagesDone, status.Trials, status.State);
                var isFirst = told.Count == 0;
                var fresh = ExperimentEvents.Of(await api.GetResult(name, cancellationToken)).Where(one => told.Add((one.Kind, one.At, one.Trial, one.Stage, one.Attempt))).ToList();
                if (isFirst && settings.Form is OutputForm.Csv)
                {
                    Write(fresh, settings, surroundings);
                }
                else
                {
                    Append(fresh, settings, surroundings);
                }
            }

            if (status.State is ExperimentState.Complete or ExperimentState.Failed or ExperimentState.Cancelled)
            {
                return ExitCode.Ok;
            }

            await Task.Delay(s_interval, surroundings.Time, cancellationToken);
        }
    }

    private static void Write(IReadOnlyList<ExperimentEvent> events, CommonSettings settings, Surroundings surroundings) =>
        AnswerWriter.Write(Listed(events), settings.Form, surroundings);

    /// <summary>Without what stands above a list.</summary>
    private static void Append(IReadOnlyList<ExperimentEvent> events, CommonSettings settings, Surroundings surroundings)
    {
        if (settings.Form.IsForPeople())
        {
            foreach (var one in events)
            {
                surroundings.Output.Write($"{Moment(one.At, "yyyy-MM-dd HH:mm:ss")}  {VisibleText.OfLine(one.Text)}\n");
            }

            surroundings.Output.Flush();
        }
        else if (events.Count > 0)
        {
            AnswerWriter.Write(Listed(events) with { Rows = [.. Column.Rows(s_columns, events).Skip(1)] }, settings.Form, surroundings);
        }
    }

    private static Answer Listed(IReadOnlyList<ExperimentEvent> events) => Answer.List("events", events, s_columns, "Nothing that was timed has happened yet.") with
    {
        Names = [.. events.Select(one => Words.Name(one.Kind))],
        Show = console =>
        {
            foreach (var one in events)
            {
                console.Profile.Out.Writer.WriteLine($"{Moment(one.At, "yyyy-MM-dd HH:mm:ss")}  {VisibleText.OfLine(one.Text)}");
            }

            if (events.Count == 0)
            {
                console.Profile.Out.Writer.WriteLine("Nothing that was timed has happened yet.");
            }
        },
    };

    private static string Moment(DateTimeOffset time, string form) => time.ToUniversalTime().ToString(form, CultureInfo.InvariantCulture);
}
