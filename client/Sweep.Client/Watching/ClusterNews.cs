using Sweep.Client.Watching.Screens;
using Sweep.Grains;

namespace Sweep.Client.Watching;

/// <summary>Asks a cluster what a screen wants to know, and tells it what a person orders.</summary>
internal sealed class ClusterNews(ISweepApi api, TimeProvider time)
{
    private readonly Dictionary<string, TimeLeft> _left = new(StringComparer.Ordinal);

    public async Task<News> Ask(Wanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAll(wanted, cancellationToken);
        }
        catch (Exception e) when (ExperimentWatch.IsOutage(e))
        {
            return new News { Outage = e.Message };
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return new News { Notice = e.Message };
        }
    }

    public async Task<News> Obey(Order order, CancellationToken cancellationToken)
    {
        try
        {
            switch (order.Kind)
            {
                case OrderKind.Pause:
                    await api.Pause(order.Experiment, cancellationToken);
                    return new News { Notice = $"'{order.Experiment}' is paused: p lets it go on." };
                case OrderKind.Resume:
                    await api.Resume(order.Experiment, cancellationToken);
                    return new News { Notice = $"'{order.Experiment}' goes on." };
                case OrderKind.StopTrial:
                    await api.StopTrial(order.Experiment, order.Trial, cancellationToken);
                    return new News { Notice = $"{order.Trial} is stopped." };
                case OrderKind.RetryTrial:
                    await api.RetryTrial(order.Experiment, order.Trial, cancellationToken);
                    return new News { Notice = $"{order.Trial} is tried once more." };
                default:
                    throw new ArgumentOutOfRangeException(nameof(order), order.Kind, "A cluster must know the order.");
            }
        }
        catch (Exception e) when (IsRefusal(e) || ExperimentWatch.IsOutage(e))
        {
            return new News { Notice = $"It was not obeyed: {e.Message}" };
        }
    }

    private static bool IsRefusal(Exception e) => e is ClientException or ExperimentNotFoundException or TrialNotFoundException or ExperimentConflictException;

    private async Task<News> AskAll(Wanted wanted, CancellationToken cancellationToken)
    {
        var news = new News { Queue = await api.GetQueue(cancellationToken) };
        if (wanted.Experiments)
        {
            news = news with { Experiments = [.. (await api.List(cancellationToken)).Select(SightOf)] };
        }

        if (wanted.Experiment is not { } experiment)
        {
            return news;
        }

        return news with
        {
            Sight = wanted.StatusIsTold ? null : SightOf(await api.GetStatus(experiment, cancellationToken)),
            Trials = await Find(wanted.Trials),
            Failures = await Find(wanted.Failures),
            Running = await Find(wanted.Running),
            Trial = wanted.Trial is { } trial ? await api.GetTrial(experiment, trial, cancellationToken) : null,
        };

        async Task<TrialAnswer?> Find(TrialQuestion? question) =>
            question is null ? null : new TrialAnswer(question, await api.FindTrials(experiment, question.Query, cancellationToken));
    }

    private Sight SightOf(ExperimentStatus status)
    {
        if (!_left.TryGetValue(status.Name, out var left))
        {
            _left[status.Name] = left = new TimeLeft(time);
        }

        return new Sight(status, left.Observe(status));
    }
}
