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
/// <param name="Rank">Its place among those it was compared with, from 1.</param>
/// <param name="Of">How many those are, itself included.</param>
public sealed record StoppingDecision(int Trial, int Rung, TrialVerdict Verdict, string Reason, int Rank, int Of);

/// <summary>
/// Decides at the ends of rungs which trials go on. What is measured at a trial's own end is no rung's result: nothing is left to decide, and a net
/// at the end of its learning-rate schedule is not comparable with one in the midst of it.
/// </summary>
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
