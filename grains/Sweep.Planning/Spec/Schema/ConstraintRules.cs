using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>Constraints leave something to try.</summary>
internal static class ConstraintRules
{
    public static IEnumerable<(string Path, string Rule)> Check(SweepSpec spec)
    {
        if (spec.Search.Algorithm == SearchAlgorithm.Grid
            && RefusalTally.Of(spec, GridSearcher.Everything(spec)) is { } tally && tally.RefusedInAll == tally.Settings)
        {
            var refused = tally.Refused.Select(one => Say($"'{one.Constraint}' refuses {one.Settings} (for the first, {one.Example})"));
            yield return ("constraints", Say($"must allow some settings, but refuse all {tally.Settings}: {string.Join("; ", refused)}"));
        }
    }
}
