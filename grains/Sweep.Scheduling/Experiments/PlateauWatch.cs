using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>Sees whether the front still grows. Trials that are complete before the unpruned net is measured are counted once it is.</summary>
internal sealed class PlateauWatch(PlateauSpec spec, IReadOnlyList<Objective> objectives)
{
    private readonly HypervolumePlateau _plateau = new(spec.Trials, spec.Gain);
    private readonly List<TrialMetrics> _early = [];
    private TrialMetrics? _dense;

    /// <summary>Why the experiment may end; null while it should go on.</summary>
    public string? Reason => _plateau.Reason is { } reason ? $"stopping.plateau was reached: {reason}" : null;

    public void Measure(TrialMetrics dense)
    {
        _dense = dense;
        foreach (var metrics in _early)
        {
            Complete(metrics);
        }

        _early.Clear();
    }

    public void Complete(TrialMetrics metrics)
    {
        if (_dense is null)
        {
            _early.Add(metrics);
        }
        else
        {
            _plateau.Complete(ObjectiveValues.Gains(objectives, metrics, _dense));
        }
    }
}
