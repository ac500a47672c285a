namespace Sweep.Planning;

/// <summary>A constraint breaks the rules of constraints.</summary>
/// <param name="column">Where in its text, from 1.</param>
/// <param name="rule">The rule, then the value.</param>
public sealed class ConstraintException(int column, string rule)
    : Exception(FormattableString.Invariant($"column {column} of the constraint: {rule}"))
{
    public int Column { get; } = column;

    public string Rule { get; } = rule;
}
