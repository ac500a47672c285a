using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>The front of an experiment, kept trial by trial: adding one costs a comparison a member, whatever the number of trials.</summary>
internal sealed class ExperimentFront(IReadOnlyList<Objective> objectives)
{
    private IncrementalFront<TrialResult> _front = new(objectives.Goals());
    private IReadOnlyList<FrontPoint>? _points;
    private Lazy<FrontGauges>? _gauges;

    /// <summary>The best first.</summary>
    public IReadOnlyList<FrontPoint> Points => _points ??=
    [
        .. ResultBuilder.FrontOf([.. _front.Items], objectives)
            .Select(trial => new FrontPoint { Trial = trial.Id, Settings = trial.Settings, Metrics = trial.Metrics! }),
    ];

    public void Add(int number, TrialSettings settings, TrialMetrics metrics)
    {
        var trial = new TrialResult { Id = TrialPlanner.IdOf(number), State = TrialState.Complete, Settings = settings, Metrics = metrics, Stages = [] };
        var grown = _front.Add(trial, ObjectiveValues.Of(objectives, metrics));
        if (!ReferenceEquals(grown, _front))
        {
            (_front, _points, _gauges) = (grown, null, null);
        }
    }

    /// <summary>The front as it is now, for whoever asks later and on another thread.</summary>
    public Lazy<FrontGauges> Gauges(TrialMetrics? dense)
    {
        var front = _front;
        return _gauges ??= new(() => FrontGauges.Of([.. front.Items.Select(trial => trial.Metrics!)], dense, objectives));
    }

    /// <summary>The unpruned net has been measured, which the volume is relative to.</summary>
    public void Reset() => _gauges = null;
}
