namespace Sweep.Planning;

/// <summary>
/// Set coverage C(A, B): the share of B's points that some point of A covers, which is nowhere worse (Zitzler and Thiele, 1999, "Multiobjective
/// evolutionary algorithms: a comparative case study and the strength Pareto approach", definition 3). 1 when A covers all of B, 0 when it covers none. Both
/// directions must be read: C(B, A) is not 1 − C(A, B).
/// </summary>
public static class FrontCoverage
{
    /// <param name="covering">A, [N][D], less is better.</param>
    /// <param name="covered">B, [M][D].</param>
    /// <returns>Null where B has no point. A point with a NaN covers none and is covered by none.</returns>
    public static double? Of(IReadOnlyList<IReadOnlyList<double>> covering, IReadOnlyList<IReadOnlyList<double>> covered)
    {
        ArgumentNullException.ThrowIfNull(covering);
        ArgumentNullException.ThrowIfNull(covered);
        return covered.Count == 0 ? null : (double)covered.Count(point => covering.Any(other => Covers(other, point))) / covered.Count;
    }

    private static bool Covers(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b).All(pair => pair.First <= pair.Second);
}
