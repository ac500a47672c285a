namespace Sweep.Planning;

/// <summary>A rule of comparing that experiments break, or that a reader should know of.</summary>
public sealed record ComparisonFault
{
    /// <summary>For example <c>Experiments must be measured on the same data</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>In the order of the experiments; null where it is not known.</summary>
    public required IReadOnlyList<string?> Values { get; init; }

    /// <summary>One sentence: the rule, then who has what.</summary>
    public string Sentence(IReadOnlyList<string> labels) =>
        $"{Rule}: {string.Join(", ", labels.Zip(Values).Where(pair => pair.Second is not null).Select(pair => $"{pair.First} {pair.Second}"))}.";
}
