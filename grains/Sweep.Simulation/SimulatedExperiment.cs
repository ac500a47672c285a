using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>An experiment in the simulation: the product's own progress, and what is measured beside it.</summary>
internal sealed class SimulatedExperiment(SweepSpec spec, Outcomes outcomes)
{
    private readonly ExperimentProgress _progress = ExperimentProgress.Of(spec);
    private readonly List<HypervolumePoint> _hypervolume = [];
    private readonly List<double> _waits = [];
    private string _front = "";
    private double _volume;

    public string Name => spec.Name;

    public Outcomes Outcomes => outcomes;

    public double? EndedAt { get; private set; }

    public string? Failure { get; private set; }

    public IReadOnlyList<StageRequest> Next() => [.. _progress.Next().Select(stage => _progress.RequestFor(stage, retry: false))];

    public bool IsOpen(StageId stage) => _progress.Open.Contains(stage);

    /// <returns>False when it was known.</returns>
    public bool Ended(StageStatus status, double seconds, int epochs)
    {
        var taken = _progress.Ended(status.Stage, new StageStanding { Result = status.Result, Failure = status.Failure, PaidHere = status.PaidBy == Name }) is not null;
        if (taken && status.Result?.Evaluation is not null)
        {
            Measure(seconds, epochs);
        }

        return taken;
    }

    public bool Settle(double seconds)
    {
        if (EndedAt is null && _progress.AllEnded)
        {
            EndedAt = seconds;
            Failure = _progress.Failure();
        }

        return EndedAt is not null;
    }

    public void Waited(TimeSpan wait) => _waits.Add(wait.TotalSeconds);

    public SimulatedExperimentReport ToReport()
    {
        var state = EndedAt is null ? ExperimentState.Running : Failure is null ? ExperimentState.Complete : ExperimentState.Failed;
        var counts = _progress.Counts;
        return new SimulatedExperimentReport
        {
            Name = Name,
            State = state,
            EndedAt = EndedAt,
            Complete = counts.Complete,
            Stopped = counts.Stopped,
            Failed = counts.Failed,
            Sharing = _progress.Sharing,
            Front = [.. _progress.Front.Select(point => point.Trial)],
            Hypervolume = _progress.FrontGauges.Value.Hypervolume,
            MeanWait = _waits.DefaultIfEmpty().Average(),
            LongestWait = _waits.DefaultIfEmpty().Max(),
            Progress = _hypervolume,
        };
    }

    /// <summary>Whenever the front has changed: until then the volume is what it was.</summary>
    private void Measure(double seconds, int epochs)
    {
        var front = _progress.Front;
        if (_progress.Dense is not { } dense || front.Count == 0)
        {
            return;
        }

        var trials = string.Join(' ', front.Select(point => point.Trial));
        if (trials == _front)
        {
            return;
        }

        _front = trials;
        var volume = Hypervolume.Of([.. front.Select(point => ObjectiveValues.Gains(spec.Objectives, point.Metrics, dense))]);
        if (volume > _volume)
        {
            _volume = volume;
            _hypervolume.Add(new HypervolumePoint(seconds, epochs, volume));
        }
    }
}
