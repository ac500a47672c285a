namespace Sweep.Planning;

/// <summary>What a spec's constraints refuse of its search space: of all its points where they are few, else of points at random.</summary>
public static class RefusedPoints
{
    /// <summary>Points that are asked about where there are more.</summary>
    public const int Draws = 1000;

    /// <returns>Null for a spec without constraints.</returns>
    public static RefusalTally? Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Constraints is not { Count: > 0 })
        {
            return null;
        }

        if (spec.Search.Algorithm == SearchAlgorithm.Grid)
        {
            return RefusalTally.Of(spec, GridSearcher.Everything(spec));
        }

        var trials = new TrialSpace(spec);
        var points = new SpacePoints(trials.Space);
        if (points.Count <= Draws)
        {
            return RefusalTally.Of(spec, [.. Enumerable.Range(0, (int)points.Count.Value).Select(index => trials.Settings(points.At(index)))]);
        }

        var random = new SearchRandom(spec.Search.Seed, 0, "constraints");
        TrialSettings[] drawn = [.. Enumerable.Range(0, Draws).Select(_ => trials.Settings(points.FromUnit(random.NextDoubles(points.Dimensions))))];
        return RefusalTally.Of(spec, drawn)! with { Drawn = true };
    }
}
