namespace Sweep.Planning;

/// <summary>One experiment of a comparison.</summary>
public sealed record ComparedExperiment
{
    /// <summary>What it is called beside the others; no two are called alike.</summary>
    public required string Label { get; init; }

    /// <summary>The file it was read from; null for one of the cluster that was asked.</summary>
    public string? File { get; init; }

    public required ExperimentResult Result { get; init; }

    /// <summary>Null where a file has the result alone: then less can be checked and told.</summary>
    public SweepSpec? Spec { get; init; }

    /// <summary>The names of the experiments, with the file or the place in the list beside those that several have.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<(string Name, string? File)> experiments)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        var named = experiments.Select(one => experiments.Count(other => other.Name == one.Name) == 1 ? one.Name : $"{one.Name} ({one.File ?? "cluster"})").ToList();
        return [.. named.Select((label, place) => named.Count(other => other == label) == 1 ? label : FormattableString.Invariant($"{label} {place + 1}"))];
    }
}
