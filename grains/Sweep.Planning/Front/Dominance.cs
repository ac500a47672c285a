namespace Sweep.Planning;

/// <summary>Comparison of points whose every coordinate is a cost: lower is better.</summary>
internal static class Dominance
{
    /// <summary>Turns objective values into costs by negating what is maximised.</summary>
    /// <exception cref="ArgumentException">There are not as many values as goals, or none.</exception>
    public static double[] Costs(IReadOnlyList<double> values, IReadOnlyList<Goal> goals)
    {
        if (values.Count != goals.Count || goals.Count == 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A point must have one value for each of at least one goal, but has {values.Count} values for {goals.Count} goals."),
                nameof(values));
        }

        return [.. values.Zip(goals, (value, goal) => goal == Goal.Maximize ? -value : value)];
    }

    /// <summary>Nowhere worse and somewhere better. A NaN on either side compares false, so such points neither win nor lose.</summary>
    public static bool Dominates(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var better = false;
        for (var i = 0; i < a.Length; i++)
        {
            if (!(a[i] <= b[i]))
            {
                return false;
            }

            better |= a[i] < b[i];
        }

        return better;
    }

    public static int CompareLexically(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i].CompareTo(b[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return 0;
    }
}
