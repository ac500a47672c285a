using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>An experiment in the simulation: the product's own record and progress, and what is measured beside them.</summary>
internal sealed class SimulatedExperiment(SweepSpec spec, Outcomes outcomes, DateTimeOffset start)
{
    private readonly ExperimentProgress _progress = ExperimentProgress.Of(spec);
    private ExperimentRecord _record = ExperimentRecord.Submitted(spec, start);
    private readonly List<HypervolumePoint> _hypervolume = [];
    private readonly List<double> _waits = [];
    private string _front = "";
    private double _volume;

    public string Name => spec.Name;

    public Outcomes Outcomes => outcomes;

    public double? EndedAt { get; private set; }

    public ExperimentState State => _record.State;

    /// <summary>How long it may take, whatever happens; null for no limit.</summary>
    public TimeSpan? WallTime => spec.Limits?.WallTime;

    /// <summary>Requested, and not known to have ended.</summary>
    public IReadOnlyCollection<StageId> Open => _progress.Open;

    /// <summary>What it wants now; nothing unless it runs.</summary>
    public IReadOnlyList<StageRequest> Next() =>
        _record.State == ExperimentState.Running ? [.. _progress.Next().Select(stage => _progress.RequestFor(stage, retry: false))] : [];

    public bool IsOpen(StageId stage) => _progress.Open.Contains(stage);

    /// <summary>A failed stage for which it pauses, as its policy says. Nobody resumes a simulated experiment.</summary>
    public void Pause(StageStatus failed) => _record = _record.PausedBy([failed.Stage], $"{failed.Stage}: {failed.Failure!.Message}");

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

    /// <summary>Ends when all its trials have, or a limit is reached, or its front grows no longer.</summary>
    /// <returns>Whether it has ended just now.</returns>
    public bool Settle(DateTimeOffset now)
    {
        if (EndedAt is not null || _record.State == ExperimentState.Paused)
        {
            return false;
        }

        _record = _record.CutShort(_progress, now).Settled(_progress, retried: true, now);
        EndedAt = _record.EndedAt is { } end ? (end - start).TotalSeconds : null;
        return EndedAt is not null;
    }

    public void Waited(TimeSpan wait) => _waits.Add(wait.TotalSeconds);

    public SimulatedExperimentReport ToReport()
    {
        var counts = _record.CountsOf(_progress);
        return new SimulatedExperimentReport
        {
            Name = Name,
            State = _record.State,
            Reason = _record.Reason ?? _record.PausedFor ?? _record.Failure,
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
