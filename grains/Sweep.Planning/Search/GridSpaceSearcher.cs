namespace Sweep.Planning;

/// <summary>
/// Every allowed point, the last parameter changing fastest. What other trials found or were changes nothing: trial n has the n-th point.
/// </summary>
public sealed class GridSpaceSearcher : ISearcher
{
    private readonly SpacePoints _points;
    private readonly long _count;
    private int _trial;
    private long _index;

    /// <exception cref="ArgumentException">The space is a continuum.</exception>
    public GridSpaceSearcher(SearchSpace space)
    {
        _points = new SpacePoints(space);
        _count = _points.Count ?? throw new ArgumentException(
            $"A grid needs a step or values for every parameter, but {space.Parameters.First(parameter => parameter.Count is null).Name} is a continuum.",
            nameof(space));
    }

    public int? Foreknown => null;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        if (_points.Space.Allows is null)
        {
            return trial < _count ? Proposal(trial) : null;
        }

        // Where the last call went on from; a number before it starts over.
        var (next, index) = trial >= _trial ? (_trial, _index) : (0, 0);
        for (; index < _count; index++)
        {
            if (!_points.Allows(_points.At(index)))
            {
                continue;
            }

            if (next == trial)
            {
                (_trial, _index) = (next, index);
                return Proposal(index);
            }

            next++;
        }

        return null;
    }

    private SearchProposal Proposal(long index) => new(_points.At(index), FormattableString.Invariant($"Point {index + 1} of {_count} of the grid."));
}
