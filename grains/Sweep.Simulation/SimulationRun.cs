using System.Security.Cryptography;
using System.Text;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>
/// One run: a queue of events in virtual time over the product's <see cref="QueueBook"/>, <see cref="StageRecord"/> and progress of
/// experiments. Messages take no time and grains never fail: what those cost is measured elsewhere. A busy worker's calls between two
/// epochs are not made one by one; before leases are judged, every worker that is up has called.
/// </summary>
internal sealed partial class SimulationRun
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A cluster that fails faster than it works would go on for ever.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(10 * 365);

    private readonly SimulationInput _input;
    private readonly SchedulingOptions _options;
    private readonly QueueBook _book;
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Number)> _events = new();
    private readonly Dictionary<StageId, StageRecord> _stages = [];
    private readonly Dictionary<StageId, int> _checkpoints = [];
    private readonly Dictionary<string, SimulatedExperiment> _experiments = [];
    private readonly List<SimulatedWorker> _workers = [];
    private readonly List<SimulatedAttempt> _timeline = [];
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private DateTimeOffset _now = s_start;
    private long _number;
    private int _epochs;
    private int _attempts;
    private int _siloFailures;
    private int _engineFailures;
    private TimeSpan _wasted;
    private bool _looksForStranded;

    public SimulationRun(SimulationInput input)
    {
        _input = input;
        _options = Simulator.OptionsOf(input.Cluster.Scheduling);
        _book = new QueueBook(_options);
        foreach (var spec in input.Experiments)
        {
            if (!_experiments.TryAdd(spec.Name, new SimulatedExperiment(spec, new Outcomes(spec, input.Cluster.Accuracy, input.Seed, input.Measured), s_start)))
            {
                throw new ArgumentException($"Experiments of a simulation must have different names, but two are called '{spec.Name}'.", nameof(input));
            }
        }

        for (var silo = 1; silo <= input.Cluster.Silos; silo++)
        {
            Equip(FormattableString.Invariant($"silo-{silo}"));
        }
    }

    private double Seconds => (_now - s_start).TotalSeconds;

    public SimulationReport Run()
    {
        foreach (var experiment in _experiments.Values)
        {
            if (experiment.WallTime is { } limit)
            {
                At(_now + limit, () => Settle(experiment));
            }

            Pump(experiment);
        }

        while (_experiments.Values.Any(GoesOn) && _events.TryDequeue(out var happen, out var when) && when.At - s_start < s_longest)
        {
            _now = when.At;
            happen();
        }

        var results = _experiments.Values.Select(experiment => experiment.ToReport()).ToList();
        var up = _workers.Sum(worker => Seconds - worker.DownUntil(_now).TotalSeconds);
        var busy = _workers.Sum(worker => worker.BusyUntil(_now).TotalSeconds);
        return new SimulationReport
        {
            Seed = _input.Seed,
            Makespan = Seconds,
            Utilisation = up > 0 ? busy / up : 0,
            EpochsRun = _epochs,
            EpochsAsked = results.Sum(experiment => experiment.Sharing.EpochsAsked),
            Attempts = _attempts,
            SiloFailures = _siloFailures,
            EngineFailures = _engineFailures,
            WastedSeconds = _wasted.TotalSeconds,
            Experiments = results,
            Workers =
            [
                .. _workers.Select(worker => new SimulatedWorkerReport
                {
                    Worker = worker.Slot,
                    Busy = worker.BusyUntil(_now).TotalSeconds,
                    Up = Seconds - worker.DownUntil(_now).TotalSeconds,
                }),
            ],
            Timeline = _timeline,
            Trace = Convert.ToHexStringLower(_trace.GetCurrentHash()),
        };
    }

    private void At(DateTimeOffset when, Action happen) => _events.Enqueue(happen, (when, _number++));

    private void Note(string what) => _trace.AppendData(Encoding.UTF8.GetBytes(Simulator.Line(_now, what)));

    /// <summary>A paused experiment waits for a person, who never comes, once what ran has ended.</summary>
    private bool GoesOn(SimulatedExperiment experiment) => experiment.EndedAt is null
        && (experiment.State != ExperimentState.Paused || experiment.Open.Any(stage => _stages[stage].State == StageState.Running));

    /// <summary>Asks for what the experiment wants next, and takes what has ended already, until it wants nothing more.</summary>
    private void Pump(SimulatedExperiment experiment)
    {
        for (var wanted = experiment.Next(); wanted.Count > 0; wanted = experiment.Next())
        {
            foreach (var request in wanted)
            {
                var record = _stages.TryGetValue(request.Recipe.Id, out var known)
                    ? known.RequestedAgain(request)
                    : StageRecord.Requested(request, request.Recipe.Inputs.ToDictionary(input => input, input => _stages[input].Artifact!.Value));
                _stages[record.Id] = record;
                if (record.State == StageState.Queued)
                {
                    Offer(record);
                }
                else if (!record.IsOpen)
                {
                    experiment.Ended(record.ToStatus(), Seconds, _epochs);
                }
            }

            if (Settle(experiment))
            {
                return;
            }
        }

        Settle(experiment);
    }

    /// <returns>Whether the experiment has ended.</returns>
    private bool Settle(SimulatedExperiment experiment)
    {
        if (experiment.Settle(_now))
        {
            Note($"{experiment.Name} ends");
            foreach (var stage in experiment.Open.ToList())
            {
                Leave(_stages[stage].Withdrawn(experiment.Name, _now));
            }
        }

        return experiment.EndedAt is not null;
    }

    private void Pause(SimulatedExperiment experiment, StageStatus failed)
    {
        experiment.Pause(failed);
        Note($"{experiment.Name} pauses");
        foreach (var stage in experiment.Open.ToList())
        {
            Leave(_stages[stage].Relinquished(experiment.Name));
        }
    }

    /// <summary>Writes down a stage that an experiment wants no longer. A worker that runs it for nobody drops it at its next call.</summary>
    private void Leave(StageRecord left)
    {
        Advance(left);
        if (left.State != StageState.Cancelled)
        {
            return;
        }

        _book.Withdraw(left.Id);
        foreach (var worker in _workers.Where(worker => worker.IsUp && worker.Attempt?.Stage == left.Id))
        {
            var serial = worker.Serial;
            At(_now + _book.NextCall(worker.Name, _now), () =>
            {
                if (worker.Serial == serial)
                {
                    Call(worker);
                }
            });
        }
    }

    private void Offer(StageRecord record)
    {
        var offer = record.ToOffer();
        _book.Offer(offer, _now);
        if (offer.Excluded.Count > 0)
        {
            TellStranded();
        }

        if (offer.NotBefore is { } time && time > _now)
        {
            At(time, WakeIdle);
        }
        else
        {
            WakeIdle();
        }
    }

    /// <summary>Fails what has excluded every worker for a full lease, and looks again while there is something that may come to that.</summary>
    private void TellStranded()
    {
        foreach (var queued in _book.Stranded(_now))
        {
            _book.Drop(queued);
            Advance(_stages[queued.Offer.Stage].LeftWithoutWorker());
        }

        if (_stages.Values.Any(stage => stage is { State: StageState.Queued, Excluded.Count: > 0 }) && !_looksForStranded)
        {
            _looksForStranded = true;
            At(_now + _options.Lease, () =>
            {
                _looksForStranded = false;
                TellStranded();
            });
        }
    }

    /// <summary>Writes a stage down, and acts on what has become of it.</summary>
    private void Advance(StageRecord next)
    {
        var before = _stages[next.Id];
        _stages[next.Id] = next;
        if (before.State == next.State)
        {
            return;
        }

        Note($"{next.Id} {next.State} {next.Attempt}");
        if (next.State == StageState.Queued)
        {
            Offer(next);
        }
        else if (!next.IsOpen)
        {
            foreach (var waiter in next.Waiters)
            {
                var experiment = _experiments[waiter.Experiment];
                var status = next.ToStatus();
                if (status.Failure is not null && status.Pauses == experiment.Name)
                {
                    Pause(experiment, status);
                }
                else if (experiment.IsOpen(next.Id) && experiment.Ended(status, Seconds, _epochs))
                {
                    Pump(experiment);
                }
            }
        }
    }

    private void Lose(IReadOnlyList<StageLease> leases)
    {
        foreach (var lease in leases)
        {
            if (lease.Attempt is { } attempt && _stages[lease.Stage].IsRunBy(attempt, lease.Worker))
            {
                Advance(_stages[lease.Stage].Lost(attempt, lease.Worker, lease.HeardHere ? LeaseEnd.Silent : LeaseEnd.Unknown, _now, _options));
            }
        }
    }

    /// <returns>Whether the attempt is the worker's own.</returns>
    private bool Report(AttemptReport report)
    {
        var record = _stages[report.Stage];
        var owned = record.IsRunBy(report.Attempt, report.Worker);
        var known = report.Checkpoint is { } checkpoint ? record.CheckpointCommitted(report.Attempt, report.Worker, checkpoint) : record;
        var next = report.Phase switch
        {
            AttemptPhase.Succeeded => known.Succeeded(report.Attempt, report.Worker, report.Artifact!.Value, report.Result!, _now),
            AttemptPhase.Failed => known.Failed(report.Attempt, report.Worker, report.Failure!, _now, _options),
            _ => known,
        };
        Advance(next.Noting(report, record));
        return owned;
    }
}
