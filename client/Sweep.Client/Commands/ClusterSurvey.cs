using Sweep.Client.Cluster;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>What a plan wants to know of a cluster: what it has finished already, what workers it has, and how long such stages took there.</summary>
internal sealed record ClusterSurvey
{
    /// <summary>More would be asked for than they tell: the newest ran on the devices of today.</summary>
    private const int MostExperiments = 20;

    public required PlannedTime Time { get; init; }

    /// <summary>Null where nobody was there to tell.</summary>
    public FinishedWork? Finished { get; init; }

    public static async Task<ClusterSurvey> Ask(
        StageTree tree, RungOutlook rungs, CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await ClusterSession.TryJoin(settings, surroundings, cancellationToken);
            return session is null
                ? Nobody("times come from the finished stages of a cluster, and none runs here")
                : await Ask(tree, rungs, session.Api, cancellationToken);
        }
        catch (ClientException e)
        {
            return Nobody($"times come from the finished stages of a cluster. {e.Message}");
        }
    }

    private static ClusterSurvey Nobody(string reason) => new() { Time = new PlannedTime { Unknown = reason } };

    private static async Task<ClusterSurvey> Ask(StageTree tree, RungOutlook rungs, ISweepApi api, CancellationToken cancellationToken)
    {
        var finished = await FindFinished(tree, api, cancellationToken);
        var work = finished is null ? null : new FinishedWork { Stages = finished.Count, Epochs = finished.Sum(stage => tree[stage].Recipe.Epochs) };
        var devices = (await api.GetQueue(cancellationToken)).Workers.Select(worker => DeviceKind.Of(worker.Device, worker.Threads, worker.DeviceModel)).ToList();
        if (devices.Count == 0)
        {
            return new ClusterSurvey { Finished = work, Time = new PlannedTime { Unknown = "the cluster has no worker now" } };
        }

        var newest = (await api.List(cancellationToken)).OrderByDescending(status => status.SubmittedAt).Take(MostExperiments);
        var measured = new List<StageTime>();
        var experiments = 0;
        foreach (var status in newest)
        {
            var times = await TimesOf(api, status.Name, cancellationToken);
            measured.AddRange(times);
            experiments += times.Count > 0 ? 1 : 0;
        }

        var schedule = StageSchedule.Of(tree, devices, StageTimes.Of(measured), finished, rungs.Likelihood);
        return new ClusterSurvey
        {
            Finished = work,
            Time = schedule is null
                ? new PlannedTime { Experiments = experiments, Unknown = "no stage like these was measured on the devices of the cluster yet" }
                : new PlannedTime
                {
                    Seconds = schedule.Makespan,
                    DeviceSeconds = schedule.DeviceSeconds,
                    DeviceSecondsExpected = rungs.EpochsExpected is null ? null : schedule.DeviceSecondsExpected,
                    Devices = schedule.Devices,
                    Unmeasured = schedule.Unmeasured,
                    UnmeasuredKinds = schedule.UnmeasuredKinds,
                    OtherModels = schedule.OtherModels,
                    Experiments = experiments,
                },
        };
    }

    /// <summary>From the roots on: what reads a stage that has not finished has not finished either, and is not asked about.</summary>
    /// <returns>Null from a cluster that cannot tell.</returns>
    private static async Task<IReadOnlySet<StageId>?> FindFinished(StageTree tree, ISweepApi api, CancellationToken cancellationToken)
    {
        var finished = new HashSet<StageId>();
        try
        {
            for (var asked = tree.Roots.Select(node => node.Id).ToList(); asked.Count > 0;)
            {
                var found = new List<StageId>();
                foreach (var some in asked.Chunk(ISweepApi.MostStages))
                {
                    found.AddRange(await api.FindFinished(some, cancellationToken));
                }

                finished.UnionWith(found);
                asked = [.. found.SelectMany(stage => tree[stage].Children)];
            }
        }
        catch (ClientException)
        {
            return null; // a silo of before there was the question
        }

        return finished;
    }

    private static async Task<IReadOnlyList<StageTime>> TimesOf(ISweepApi api, string experiment, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.GetResult(experiment, cancellationToken)).StageTimes ?? [];
        }
        catch (ExperimentNotFoundException)
        {
            return []; // deleted since it was listed
        }
    }
}
