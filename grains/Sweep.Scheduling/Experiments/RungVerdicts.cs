using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>Asks the stopping rule about trials at the ends of their rungs.</summary>
internal sealed class RungVerdicts(ITrialStopping stopping, IReadOnlyList<Objective> objectives)
{
    /// <summary>Notes a rung with its trial, and answers with what follows from it, for it and others.</summary>
    public IReadOnlyList<StoppingDecision> Report(ExperimentTrial trial, RungOutcome outcome)
    {
        var rung = trial.Rungs.Count;
        var last = rung == trial.RungEnds.Count - 1;
        trial.Reach(last ? outcome : outcome with { Verdict = TrialVerdict.Wait });
        return stopping.Report(ResultOf(trial, rung));
    }

    /// <summary>Tells the rule what was decided before an interruption.</summary>
    public void Restore(ExperimentTrial trial)
    {
        for (var rung = 0; rung < trial.Rungs.Count; rung++)
        {
            stopping.Restore(ResultOf(trial, rung), trial.Rungs[rung].Verdict ?? TrialVerdict.Continue);
        }
    }

    /// <summary>No trial runs, and none will be opened.</summary>
    public IReadOnlyList<StoppingDecision> Close() => stopping.Close();

    private RungResult ResultOf(ExperimentTrial trial, int rung) => new()
    {
        Trial = trial.Number,
        Rung = rung,
        Costs = ObjectiveValues.Costs(objectives, trial.Rungs[rung].Metrics),
    };
}
