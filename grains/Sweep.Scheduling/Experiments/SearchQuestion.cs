using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>A searcher's answer.</summary>
/// <param name="Settings">Null when there is no more to propose.</param>
/// <param name="Reason">Why these, or why none, in one sentence; null for a grid's, which follows from the number.</param>
public sealed record TrialProposal(TrialSettings? Settings, string? Reason);

/// <summary>
/// A question to a searcher, with the history as it was when the question was taken: whoever answers it, whenever and on which thread, answers the same.
/// </summary>
public sealed class SearchQuestion
{
    private readonly Func<TrialProposal> _answer;

    internal SearchQuestion(int number, Func<TrialProposal> answer) => (Number, _answer) = (number, answer);

    /// <summary>Of the trial to propose, from 0.</summary>
    public int Number { get; }

    /// <summary>May take seconds.</summary>
    public TrialProposal Answer() => _answer();
}
