using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>When a stage tree would be done.</summary>
public sealed record StageSchedule
{
    /// <summary>Devices that have a time for at least one stage of the tree, and were reckoned with.</summary>
    public required int Devices { get; init; }

    /// <summary>From the first stage's begin to the last one's end, in seconds; stages without a time count as 0.</summary>
    public required double Makespan { get; init; }

    /// <summary>Sum over the devices of the time that each works, in seconds.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>The same with each stage counted as often as it is expected to run.</summary>
    public required double DeviceSecondsExpected { get; init; }

    /// <summary>Stages whose time was measured on other models of device than those that are there.</summary>
    public required int OtherModels { get; init; }

    /// <summary>Stages that no time is known for.</summary>
    public required int Unmeasured { get; init; }

    /// <summary>What kinds of stage those are, in the order in which the tree names them.</summary>
    public required IReadOnlyList<StageKind> UnmeasuredKinds { get; init; }

    /// <summary>
    /// List scheduling, as the work queue does it: a free device takes the ready stage with the longest way to go; of several free ones
    /// the one that ends first. Graham's bound (1969): on d equal devices at most 2 − 1/d times as long as the best order there is.
    /// </summary>
    /// <param name="tree">The whole.</param>
    /// <param name="devices">One entry a worker.</param>
    /// <param name="times">Of stages like these.</param>
    /// <param name="finished">Those of the tree that are done already; null for none.</param>
    /// <param name="likelihood">How likely a stage is to run, for <see cref="DeviceSecondsExpected"/>; null where all do.</param>
    /// <returns>Null when no device has a time for any stage.</returns>
    public static StageSchedule? Of(
        StageTree tree,
        IReadOnlyList<DeviceKind> devices,
        StageTimes times,
        IReadOnlySet<StageId>? finished = null,
        Func<StageId, double>? likelihood = null)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentNullException.ThrowIfNull(times);
        var paths = tree.Stages.ToDictionary(node => node.Id, node => tree.PathTo(node.Id));
        var known = devices.Distinct().ToDictionary(
            device => device,
            device => tree.Stages.ToDictionary(node => node.Id, node => times.Seconds(paths[node.Id], device)));
        var done = finished ?? new HashSet<StageId>();
        var useful = devices.Where(device => known[device].Values.Any(seconds => seconds is not null)).ToList();
        if (useful.Count == 0)
        {
            return null;
        }

        var left = tree.Stages.Where(node => !done.Contains(node.Id)).ToList();
        var unmeasured = left.Where(node => useful.TrueForAll(device => known[device][node.Id] is null)).ToList();
        var (makespan, worked, expected) = Run(tree, useful, (stage, device) => known[device][stage], done, likelihood ?? (_ => 1));
        return new StageSchedule
        {
            Devices = useful.Count,
            Makespan = makespan,
            DeviceSeconds = worked,
            DeviceSecondsExpected = expected,
            OtherModels = left.Count(node => useful.Exists(device => known[device][node.Id] is not null && device.Model is not null)
                && useful.TrueForAll(device => !times.KnowsModel(paths[node.Id], device))),
            Unmeasured = unmeasured.Count,
            UnmeasuredKinds = [.. unmeasured.Select(node => node.Recipe.Kind).Distinct()],
        };
    }

    private static (double Makespan, double Worked, double Expected) Run(
        StageTree tree, List<DeviceKind> devices, Func<StageId, DeviceKind, double?> secondsOn, IReadOnlySet<StageId> finished, Func<StageId, double> likelihood)
    {
        var kinds = devices.Distinct().ToList();
        double? Shortest(StageId stage) => kinds.Min(device => secondsOn(stage, device));

        // A device without a time for a stage leaves it to those that have one.
        double On(StageId stage, DeviceKind device) => secondsOn(stage, device) ?? (Shortest(stage) is null ? 0 : double.PositiveInfinity);

        var queue = new ReadyStages(tree, stage => Shortest(stage) ?? 0, finished);
        var running = new PriorityQueue<(StageId Stage, DeviceKind Device), double>();
        var idle = devices.ToList();
        double now = 0, worked = 0, expected = 0;
        while (true)
        {
            queue.Offer(stage =>
            {
                var device = idle.MinBy(device => On(stage, device));
                if (device is null || double.IsPositiveInfinity(On(stage, device)))
                {
                    return false;
                }

                idle.Remove(device);
                running.Enqueue((stage, device), now + On(stage, device));
                worked += On(stage, device);
                expected += On(stage, device) * likelihood(stage);
                return true;
            }, () => idle.Count > 0);
            if (!running.TryDequeue(out var ended, out var end))
            {
                return (now, worked, expected);
            }

            now = end;
            idle.Add(ended.Device);
            queue.Ended(ended.Stage);
        }
    }

    /// <summary>Stages whose inputs are done, the one with the longest way to go first.</summary>
    private sealed class ReadyStages
    {
        private readonly Dictionary<StageId, (double Remaining, int Place)> _order = [];
        private readonly Dictionary<StageId, int> _waits;
        private readonly ILookup<StageId, StageId> _readers;
        private readonly PriorityQueue<StageId, (double Remaining, int Place)> _ready = new();

        public ReadyStages(StageTree tree, Func<StageId, double> seconds, IReadOnlySet<StageId> finished)
        {
            for (var i = tree.Stages.Count - 1; i >= 0; i--)
            {
                var node = tree.Stages[i];
                _order[node.Id] = (-seconds(node.Id) + node.Children.Select(child => _order[child].Remaining).DefaultIfEmpty(0).Min(), i);
            }

            _waits = tree.Stages.ToDictionary(node => node.Id, node => node.Recipe.Inputs.Count(input => !finished.Contains(input)));
            _readers = tree.Stages.SelectMany(node => node.Recipe.Inputs.Select(input => (input, node.Id))).ToLookup(pair => pair.input, pair => pair.Id);
            foreach (var node in tree.Stages.Where(node => _waits[node.Id] == 0 && !finished.Contains(node.Id)))
            {
                _ready.Enqueue(node.Id, _order[node.Id]);
            }
        }

        /// <summary>In order; what is not taken stays.</summary>
        public void Offer(Func<StageId, bool> take, Func<bool> goOn)
        {
            var left = new List<StageId>();
            while (goOn() && _ready.TryDequeue(out var stage, out _))
            {
                if (!take(stage))
                {
                    left.Add(stage);
                }
            }

            left.ForEach(stage => _ready.Enqueue(stage, _order[stage]));
        }

        public void Ended(StageId stage)
        {
            foreach (var reader in _readers[stage].Where(reader => --_waits[reader] == 0))
            {
                _ready.Enqueue(reader, _order[reader]);
            }
        }
    }
}
