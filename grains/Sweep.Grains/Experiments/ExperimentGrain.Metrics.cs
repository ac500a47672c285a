using Orleans;
using Sweep.Planning;

namespace Sweep.Grains;

public sealed partial class ExperimentGrain
{
    private TrialCounts? _shown;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        meter.Hide(Name);
        return Task.CompletedTask;
    }

    /// <summary>Counts an experiment's end once it is on disk.</summary>
    private void Count(ExperimentRecord? before, ExperimentRecord after)
    {
        if (before is { EndedAt: null } && after.EndedAt is not null)
        {
            meter.ExperimentEnded(after.State);
        }
    }

    /// <summary>Counts the trials that have ended since the last time (none the first time: they were counted when they ended).</summary>
    private void Show()
    {
        if (_record is null || _progress is null)
        {
            return;
        }

        var counts = _record.CountsOf(_progress);
        if (_shown is { } shown)
        {
            meter.TrialsEnded(TrialState.Complete, counts.Complete - shown.Complete);
            meter.TrialsEnded(TrialState.Stopped, counts.Stopped - shown.Stopped);
            meter.TrialsEnded(TrialState.Failed, counts.Failed - shown.Failed);
        }

        _shown = counts;
        meter.Show(Name, new ExperimentGauges
        {
            State = _record.State,
            Trials = counts,
            Progress = _progress.EpochsNeeded == 0 ? 1 : Math.Min(1, _progress.EpochsDone / (double)_progress.EpochsNeeded),
            Front = _progress.FrontGauges,
        });
    }
}
