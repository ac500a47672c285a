using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>Constraints leave something to try.</summary>
internal static class ConstraintRules
{
    public static IEnumerable<(string Path, string Rule)> Check(SweepSpec spec)
    {
        if (spec.Constraints is { Count: > 0 } && !LeaveSomething(spec) && RefusedPoints.Of(spec) is { } tally)
        {
            var refused = tally.Refused.Select(one => Say($"'{one.Constraint}' refuses {one.Settings} (for the first, {one.Example})"));
            yield return ("constraints", Say($"must allow some settings, but refuse all {tally.Settings}{(tally.Drawn == true ? " that were drawn" : "")}: {string.Join("; ", refused)}"));
        }
    }

    /// <summary>Of a search: what it does first decides, which is to look for one point that is allowed.</summary>
    private static bool LeaveSomething(SweepSpec spec)
    {
        if (spec.Search.Algorithm == SearchAlgorithm.Grid)
        {
            return GridSearcher.Everything(spec).Any(SettingsFilter.Of(spec)!.Allows);
        }

        try
        {
            return Searchers.Of(spec).Propose(0, new SearchHistory()) is not null;
        }
        catch (NoAllowedPointException)
        {
            return false;
        }
    }
}
