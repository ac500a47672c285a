namespace Sweep.Planning;

/// <summary>One axis of a search space.</summary>
public abstract record SpaceParameter
{
    public required string Name { get; init; }

    /// <summary>Where the parameter exists; null for everywhere.</summary>
    public ParameterCondition? When { get; init; }

    /// <summary>How many values there are; null for a continuum.</summary>
    public abstract long? Count { get; }
}

/// <summary>Unordered names.</summary>
public sealed record ChoiceParameter : SpaceParameter
{
    public required IReadOnlyList<string> Values { get; init; }

    public override long? Count => Values.Count;
}

/// <summary>A few numbers, in ascending order.</summary>
public sealed record OrdinalParameter : SpaceParameter
{
    public required IReadOnlyList<double> Values { get; init; }

    public override long? Count => Values.Count;
}

/// <summary>Whole numbers from <see cref="Low"/> to <see cref="High"/>, both included.</summary>
public sealed record IntegerParameter : SpaceParameter
{
    public required long Low { get; init; }

    public required long High { get; init; }

    public long Step { get; init; } = 1;

    /// <summary>Whether equal ratios are equally likely. The bounds are values on either scale.</summary>
    public bool Log { get; init; }

    public override long? Count => (High - Low) / Step + 1;
}

/// <summary>Numbers from <see cref="Low"/> to <see cref="High"/>, both included.</summary>
public sealed record FloatParameter : SpaceParameter
{
    public required double Low { get; init; }

    public required double High { get; init; }

    /// <summary>Null for a continuum.</summary>
    public double? Step { get; init; }

    /// <summary>Whether equal ratios are equally likely. The bounds are values on either scale.</summary>
    public bool Log { get; init; }

    public override long? Count => Step is { } step ? (long)Math.Floor((High - Low) / step * (1 + 1e-12)) + 1 : null;
}

/// <summary>A parameter exists only where a <see cref="ChoiceParameter"/> has one of some values.</summary>
public sealed record ParameterCondition
{
    public required string Parameter { get; init; }

    public required IReadOnlyList<string> Values { get; init; }
}
