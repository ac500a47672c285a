namespace Sweep.Planning;

/// <summary>
/// Chooses the points of a search. A function of the space, the seed, the trial's number and the history, and of nothing else: whoever has those
/// goes on with a search that was interrupted. What it draws is drawn from a generator that the seed and the number start.
/// </summary>
public interface ISearcher
{
    /// <param name="trial">The number of the trial to propose, from 0; each number is asked for once, in ascending order.</param>
    /// <param name="history">Every trial before it, as it stands.</param>
    /// <returns>Null when the space is exhausted.</returns>
    SearchProposal? Propose(int trial, SearchHistory history);

    /// <summary>Whether a proposal may take so long, up to seconds, that nobody should wait for it who has something else to do.</summary>
    bool TakesLong => false;

    /// <summary>
    /// Trials, from the first on, that are chosen without a look at how others turned out, as long as no earlier experiment is known: whoever has the
    /// space and the seed knows them before anything runs. Null for all of them.
    /// </summary>
    int? Foreknown => 0;
}

/// <param name="Values">The point.</param>
/// <param name="Reason">Why this one, in one sentence for people.</param>
public sealed record SearchProposal(ParameterValues Values, string Reason);
