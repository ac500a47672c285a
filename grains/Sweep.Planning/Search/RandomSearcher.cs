namespace Sweep.Planning;

/// <summary>Points at random, each independent of all others, but none twice.</summary>
public sealed class RandomSearcher(SearchSpace space, long seed) : ISearcher
{
    private readonly SpacePoints _points = new(space);

    public int? Foreknown => null;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        var values = NewPoint.From([], _points, history, new SearchRandom(seed, trial, "random"));
        return values is null ? null : new SearchProposal(values, "Drawn at random.");
    }
}
