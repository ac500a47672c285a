namespace Sweep.Planning;

/// <summary>The space refused every point that was drawn.</summary>
public sealed class NoAllowedPointException(int draws)
    : Exception(FormattableString.Invariant($"Some point of the space must satisfy the constraints, but none of {draws} points that were drawn does."))
{
    public int Draws { get; } = draws;
}
