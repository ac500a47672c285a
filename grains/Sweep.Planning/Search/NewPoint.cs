namespace Sweep.Planning;

/// <summary>Takes the first of a searcher's candidates that the space allows and no trial has had.</summary>
public static class NewPoint
{
    /// <summary>Candidates looked at before the search gives up, where the points cannot be counted through.</summary>
    public const int MostDraws = 10_000;

    /// <summary>A space of more points is never counted through.</summary>
    private const long MostCounted = 1_000_000;

    /// <summary>Candidates looked at before the points are counted through, where they can be.</summary>
    private const int DrawsBeforeCounting = 64;

    /// <param name="candidates">Units of points, [P] each, best first; when they end, points at random follow.</param>
    /// <param name="random">Draws what follows.</param>
    /// <returns>Null when every allowed point has been had, as far as <see cref="MostDraws"/> draws tell.</returns>
    /// <exception cref="NoAllowedPointException">The space allowed none of <see cref="MostDraws"/> draws.</exception>
    public static ParameterValues? From(IEnumerable<double[]> candidates, SpacePoints points, SearchHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var countable = points.Count <= MostCounted;
        var allowed = false;
        foreach (var unit in candidates.Concat(AtRandom(points, random)).Take(countable ? DrawsBeforeCounting : MostDraws))
        {
            var values = points.FromUnit(unit);
            if (points.Allows(values))
            {
                if (!history.Contains(values))
                {
                    return values;
                }

                allowed = true;
            }
        }

        if (countable)
        {
            return Counted(points, history, random);
        }

        return allowed ? null : throw new NoAllowedPointException(MostDraws);
    }

    private static IEnumerable<double[]> AtRandom(SpacePoints points, SearchRandom random)
    {
        while (true)
        {
            yield return random.NextDoubles(points.Dimensions);
        }
    }

    /// <summary>Counts from a random point on: while many are left one is met soon, and to exhaust n points takes n ln n looks altogether.</summary>
    private static ParameterValues? Counted(SpacePoints points, SearchHistory history, SearchRandom random)
    {
        var count = points.Count!.Value;
        var start = random.NextInteger(count);
        for (var i = 0L; i < count; i++)
        {
            var values = points.At((start + i) % count);
            if (!history.Contains(values) && points.Allows(values))
            {
                return values;
            }
        }

        return null;
    }
}
