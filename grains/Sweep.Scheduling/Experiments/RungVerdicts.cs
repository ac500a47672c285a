using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>Asks the stopping rule about trials at the ends of their rungs.</summary>
internal sealed class RungVerdicts(ITrialStopping stopping, int reduction, IReadOnlyList<Objective> objectives)
{
    /// <summary>Results at each rung.</summary>
    private readonly List<int> _reached = [];

    /// <summary>Notes a rung with its trial, and answers with what follows from it, for it and others.</summary>
    /// <remarks>
    /// A trial's end is compared with nobody: trials of one length have nothing to decide there, and where a shorter one ends, longer ones either have no
    /// rung or are in the midst of their schedule.
    /// </remarks>
    public IReadOnlyList<StoppingDecision> Report(ExperimentTrial trial, RungOutcome outcome)
    {
        var rung = trial.Rungs.Count;
        if (rung == trial.RungEnds.Count - 1)
        {
            trial.Reach(outcome);
            return [];
        }

        trial.Reach(outcome with { Verdict = TrialVerdict.Wait });
        Count(rung);
        return stopping.Report(ResultOf(trial, rung));
    }

    /// <summary>Tells the rule what was decided before an interruption.</summary>
    public void Restore(ExperimentTrial trial)
    {
        for (var rung = 0; rung < trial.Rungs.Count; rung++)
        {
            if (trial.Rungs[rung].Verdict is { } verdict)
            {
                Count(rung);
                stopping.Restore(ResultOf(trial, rung), verdict);
            }
        }
    }

    /// <summary>What a trial waits for, in one sentence.</summary>
    public string Waiting(int rung, int epochs)
    {
        var (came, places) = (_reached[rung], _reached[rung] / reduction);
        var after = FormattableString.Invariant($"after {epochs} epoch{(epochs == 1 ? "" : "s")}");
        return places == 0
            ? FormattableString.Invariant($"waits {after} for {reduction} trials to come so far, of which {came} {(came == 1 ? "has" : "have")}")
            : FormattableString.Invariant($"waits {after} to be among the best {places} of {came}, who go on");
    }

    private void Count(int rung)
    {
        while (_reached.Count <= rung)
        {
            _reached.Add(0);
        }

        _reached[rung]++;
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
