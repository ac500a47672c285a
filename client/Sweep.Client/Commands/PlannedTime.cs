using Sweep.Client.Cluster;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>How long a plan takes on the devices of a cluster that answers now, from what its finished experiments took; or why that is not known.</summary>
internal sealed record PlannedTime
{
    /// <summary>More would be asked for than they tell: the newest ran on the devices of today.</summary>
    private const int MostExperiments = 20;

    /// <summary>From begin to end, in seconds; null where it is not known.</summary>
    public double? Seconds { get; init; }

    /// <summary>Sum over the devices, in seconds; null where it is not known.</summary>
    public double? DeviceSeconds { get; init; }

    /// <summary>Workers that were reckoned with.</summary>
    public int Devices { get; init; }

    /// <summary>Stages without a time, which count as 0: the figures then are lower bounds.</summary>
    public int Unmeasured { get; init; }

    /// <summary>What kinds of stage those are.</summary>
    public IReadOnlyList<StageKind> UnmeasuredKinds { get; init; } = [];

    /// <summary>Experiments whose stages were measured.</summary>
    public int Experiments { get; init; }

    /// <summary>Why it is not known; null where it is.</summary>
    public string? Unknown { get; init; }

    public static async Task<PlannedTime> Ask(
        StageTree tree, CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await ClusterSession.TryJoin(settings, surroundings, cancellationToken);
            return session is null
                ? new PlannedTime { Unknown = "times come from the finished stages of a cluster, and none runs here" }
                : await Ask(tree, session.Api, cancellationToken);
        }
        catch (ClientException e)
        {
            return new PlannedTime { Unknown = $"times come from the finished stages of a cluster. {e.Message}" };
        }
    }

    private static async Task<PlannedTime> Ask(StageTree tree, ISweepApi api, CancellationToken cancellationToken)
    {
        var devices = (await api.GetQueue(cancellationToken)).Workers.Select(worker => DeviceKind.Of(worker.Device, worker.Threads)).ToList();
        if (devices.Count == 0)
        {
            return new PlannedTime { Unknown = "the cluster has no worker now" };
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

        return StageSchedule.Of(tree, devices, StageTimes.Of(measured)) is not { } schedule
            ? new PlannedTime { Experiments = experiments, Unknown = "no stage like these was measured on the devices of the cluster yet" }
            : new PlannedTime
            {
                Seconds = schedule.Makespan,
                DeviceSeconds = schedule.DeviceSeconds,
                Devices = schedule.Devices,
                Unmeasured = schedule.Unmeasured,
                UnmeasuredKinds = schedule.UnmeasuredKinds,
                Experiments = experiments,
            };
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
