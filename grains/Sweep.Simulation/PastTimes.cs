using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>
/// How long stages took in a past experiment, by kind of work and image: medians, on the device that it measured most stages on.
/// </summary>
public sealed class PastTimes
{
    private readonly Planning.StageTimes _times;
    private readonly DeviceKind _device;

    private PastTimes(Planning.StageTimes times, DeviceKind device) => (_times, _device) = (times, device);

    /// <returns>Null for a result without a measured stage.</returns>
    public static PastTimes? Of(ExperimentResult past)
    {
        ArgumentNullException.ThrowIfNull(past);
        return past.StageTimes is { Count: > 0 } measured
            ? new PastTimes(Planning.StageTimes.Of(measured), measured.GroupBy(time => time.Work.Device).MaxBy(times => times.Sum(time => time.Stages))!.Key)
            : null;
    }

    /// <summary>Of a whole stage, in seconds, the last of a path.</summary>
    /// <returns>Null where nothing like it was measured.</returns>
    internal double? Seconds(IReadOnlyList<StageRecipe> path) => _times.Seconds(path, _device);
}
