namespace Sweep.Planning;

/// <summary>The typed axes of a search. A parameter comes after the one that its condition names.</summary>
public sealed record SearchSpace
{
    public required IReadOnlyList<SpaceParameter> Parameters { get; init; }

    /// <summary>Whether a point may be proposed, in closed form; null for every point.</summary>
    public Func<ParameterValues, bool>? Allows { get; init; }
}
