using System.CommandLine;
using System.Text.Json.Nodes;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Client.Watching.Screens;

namespace Sweep.Client.Commands;

/// <summary><c>sweep top</c>: a whole cluster at a glance, and as it changes.</summary>
internal static class TopCommand
{
    private static readonly ScreenKind<ClusterScreen> s_kind = new()
    {
        Press = (screen, key) => screen.Press(key),
        Learn = (screen, news) => screen.Learn(news),
        Fit = (screen, size) => screen.Fit(size),
        Wants = screen => screen.Wants(),
        Lines = ClusterLines.Of,
    };

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var command = new Command("top", "Watch the whole cluster: experiments, devices, what waits. One look, then the end, when not on a terminal or with another form than a table.");
        command.SetAction(async (parsed, limit) =>
        {
            var settings = common.Settle(parsed, surroundings);
            using var interruption = surroundings.ListenForSignals();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit, interruption.Asked);
            try
            {
                await using var session = await ClusterSession.Join(settings, surroundings, ended.Token);
                if (settings.Form is OutputForm.Table && surroundings.OutputIsTerminal && Displays.HasScreen(surroundings) && surroundings.Terminal.HasKeys)
                {
                    await Watch(session, surroundings, ended.Token);
                }
                else
                {
                    AnswerWriter.Write(await Look(session, ended.Token), settings.Form, surroundings);
                }

                return (int)ExitCode.Ok;
            }
            catch (OperationCanceledException) when (interruption.Asked.IsCancellationRequested)
            {
                return (int)ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task Watch(ClusterSession session, Surroundings surroundings, CancellationToken cancellationToken)
    {
        ScreenLoop<ClusterScreen>? loop = null;
        loop = new ScreenLoop<ClusterScreen>(surroundings, session.Api, s_kind, _ => loop!.End(), cancellationToken);
        await loop.Run(new ClusterScreen { Address = session.Http?.ToString().TrimEnd('/') });
    }

    private static async Task<Answer> Look(ClusterSession session, CancellationToken cancellationToken)
    {
        var queue = await session.Api.GetQueue(cancellationToken);
        var experiments = StatusView.Experiments(await session.Api.List(cancellationToken));
        var workers = StatusView.Workers(queue);
        return experiments with
        {
            Document = new(() =>
            {
                var document = (JsonObject)experiments.Document.Value;
                document["queue"] = Answer.ToNode(queue);
                return document;
            }),
            Show = console =>
            {
                experiments.Show(console);
                workers.Show(console);
                StatusView.Queue(queue).Show(console);
            },
            ShowWide = console =>
            {
                experiments.ShowWide!(console);
                workers.ShowWide!(console);
                StatusView.Queue(queue).Show(console);
            },
        };
    }
}
