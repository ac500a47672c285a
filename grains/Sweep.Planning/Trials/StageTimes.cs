using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Times of finished stages, and what they say of stages to come. Nothing is guessed: a kind of work that was never measured on a kind
/// of device has no time there. Medians, so that the few attempts which went on from a checkpoint, and were timed without what was
/// before it, do not count.
/// </summary>
public sealed class StageTimes
{
    /// <summary>More stages of a kind would not change its median, and cost their share of every reading of a large experiment.</summary>
    private const int MostOfAKind = 500;

    private readonly Dictionary<StageWork, double> _secondsPerUnit;

    /// <summary>Of all models of a kind of device together.</summary>
    private readonly Dictionary<StageWork, double> _ofAnyModel;

    private StageTimes(Dictionary<StageWork, double> secondsPerUnit, Dictionary<StageWork, double> ofAnyModel) =>
        (_secondsPerUnit, _ofAnyModel) = (secondsPerUnit, ofAnyModel);

    public static StageTimes None { get; } = new([], []);

    /// <summary>Kinds of work that have a time.</summary>
    public int Count => _secondsPerUnit.Count;

    /// <summary>Of several experiments together; one that measured more stages of a kind counts for more.</summary>
    public static StageTimes Of(IEnumerable<StageTime> measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        var all = measured.ToList();
        return new StageTimes(Medians(all, time => time.Work), Medians(all, time => AnyModel(time.Work)));
    }

    /// <summary>What the finished stages of one experiment took, kind by kind; empty when none has finished.</summary>
    /// <param name="paths">Of its trials, unpruned nets included.</param>
    /// <param name="result">Of a stage; null for one that has none.</param>
    public static IReadOnlyList<StageTime> Measured(IEnumerable<TrialPlan> paths, Func<StageId, StageResult?> result)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(result);
        var seen = new HashSet<StageId>();
        var asked = new int[Enum.GetValues<StageKind>().Length];
        var measured = new Dictionary<StageWork, (StageKind Kind, List<(double, int)> Seconds)>();
        foreach (var trial in paths)
        {
            foreach (var stage in trial.Stages.Where(stage => asked[(int)stage.Kind] < MostOfAKind && seen.Add(stage.Id)))
            {
                if (result(stage.Id)?.Provenance is { Seconds: > 0 } provenance)
                {
                    asked[(int)stage.Kind]++;
                    var work = StageWork.Of(PathTo(stage, trial.Stages), DeviceKind.Of(provenance.Device, provenance.Threads, provenance.DeviceModel));
                    measured.TryAdd(work, (stage.Kind, []));
                    measured[work].Seconds.Add((provenance.Seconds / StageWork.Units(stage), 1));
                }
            }
        }

        return
        [
            .. measured.Select(times => new StageTime
            {
                Kind = times.Value.Kind,
                Work = times.Key,
                Stages = times.Value.Seconds.Count,
                SecondsPerUnit = Median(times.Value.Seconds),
            }),
        ];
    }

    /// <summary>Seconds that the last stage of a path takes: as measured on this model of device, else on others of its kind.</summary>
    /// <returns>Null where no such work was measured on such a device.</returns>
    public double? Seconds(IReadOnlyList<StageRecipe> path, DeviceKind device)
    {
        var work = StageWork.Of(path, device);
        return _secondsPerUnit.TryGetValue(work, out var perUnit) || _ofAnyModel.TryGetValue(AnyModel(work), out perUnit)
            ? perUnit * StageWork.Units(path[^1])
            : null;
    }

    /// <summary>Whether the last stage of a path was measured on this very model; false also where nobody knows the model.</summary>
    public bool KnowsModel(IReadOnlyList<StageRecipe> path, DeviceKind device) =>
        device?.Model is not null && _secondsPerUnit.ContainsKey(StageWork.Of(path, device));

    private static List<StageRecipe> PathTo(StageRecipe stage, IReadOnlyList<StageRecipe> stages)
    {
        var path = new List<StageRecipe> { stage };
        while (path[^1].ParentId is { } parent && stages.FirstOrDefault(other => other.Id == parent) is { } found)
        {
            path.Add(found);
        }

        path.Reverse();
        return path;
    }

    private static StageWork AnyModel(StageWork work) => work with { Device = work.Device with { Model = null } };

    private static Dictionary<StageWork, double> Medians(List<StageTime> measured, Func<StageTime, StageWork> work) => measured.GroupBy(work).ToDictionary(
        times => times.Key,
        times => Median([.. times.Select(time => (time.SecondsPerUnit, time.Stages))]));

    private static double Median(List<(double Value, int Weight)> values)
    {
        values.Sort();
        double half = values.Sum(value => (double)value.Weight) / 2, before = 0;
        for (var i = 0; i < values.Count; i++)
        {
            before += values[i].Weight;
            if (before > half)
            {
                return values[i].Value;
            }

            if (before == half)
            {
                return (values[i].Value + values[i + 1].Value) / 2;
            }
        }

        return values[^1].Value;
    }
}
