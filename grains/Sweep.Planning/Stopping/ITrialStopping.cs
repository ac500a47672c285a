namespace Sweep.Planning;

/// <summary>A trial's measurement at the end of a rung.</summary>
public sealed record RungResult
{
    /// <summary>The trial's number, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>From 0.</summary>
    public required int Rung { get; init; }

    /// <summary>The objectives turned so that less is better, [D].</summary>
    public required IReadOnlyList<double> Costs { get; init; }

    /// <summary>How far the trial breaks constraints on what was measured, 0 for not at all. Feasible trials come before others, whatever their costs.</summary>
    public double Violation { get; init; }
}

public enum TrialVerdict
{
    /// <summary>Nothing is decided yet: others must report first.</summary>
    Wait,

    /// <summary>The trial goes on to the next rung.</summary>
    Continue,

    /// <summary>The trial ends here.</summary>
    Stop,
}

/// <param name="Trial">Its number.</param>
/// <param name="Rung">The rung that it had reached.</param>
/// <param name="Verdict"><see cref="TrialVerdict.Continue"/> or <see cref="TrialVerdict.Stop"/>.</param>
/// <param name="Reason">In one sentence for people, with the figures.</param>
public sealed record StoppingDecision(int Trial, int Rung, TrialVerdict Verdict, string Reason);

/// <summary>Decides at the ends of rungs which trials go on. Never asked about the last rung's results, which end a trial anyway, but told of them.</summary>
public interface ITrialStopping
{
    /// <summary>Takes a result in.</summary>
    /// <returns>What follows from it, for this trial and for others that waited. A trial without a decision waits.</returns>
    IReadOnlyList<StoppingDecision> Report(RungResult result);

    /// <summary>Takes in a result that was decided on before an interruption; decides nothing.</summary>
    void Restore(RungResult result, TrialVerdict verdict);

    /// <summary>No trial runs, and none will be opened: decides on all that wait.</summary>
    IReadOnlyList<StoppingDecision> Close();
}
