namespace Sweep.Planning;

/// <summary>Experiments side by side: what <c>sweep compare -o json</c> prints. A stable contract (DESIGN 5).</summary>
public sealed record ExperimentComparison
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required IReadOnlyList<ComparedOutcome> Experiments { get; init; }

    /// <summary>Where all hypervolumes are measured.</summary>
    public required CommonBox Box { get; init; }

    /// <summary>The hypervolume that <see cref="ComparedOutcome.Reached"/> speaks of.</summary>
    public required double Target { get; init; }

    /// <summary>[N][N]: entry i, j is the share of front j that front i covers; null where front j is empty.</summary>
    public required IReadOnlyList<IReadOnlyList<double?>> Coverage { get; init; }

    public required IReadOnlyList<DifferingKey> SpecDifferences { get; init; }

    public required IReadOnlyList<DuplicateTrial> Duplicates { get; init; }

    /// <summary>What a reader should know, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>One experiment's place in a comparison.</summary>
public sealed record ComparedOutcome
{
    public required string Label { get; init; }

    public required string Experiment { get; init; }

    /// <summary>The file it was read from; null for one of the cluster.</summary>
    public string? File { get; init; }

    public required ExperimentState State { get; init; }

    public required int Trials { get; init; }

    public required int Complete { get; init; }

    /// <summary>The unpruned net; null where it is not evaluated.</summary>
    public TrialMetrics? Dense { get; init; }

    /// <summary>Its own front, best first objective first.</summary>
    public required IReadOnlyList<ComparedPoint> Front { get; init; }

    /// <summary>In the common box.</summary>
    public required double Hypervolume { get; init; }

    /// <summary>Epochs that its trials needed, shared ones once.</summary>
    public required int EpochsNeeded { get; init; }

    /// <summary>When it reached <see cref="ExperimentComparison.Target"/>; null where it never did.</summary>
    public AttainmentPoint? Reached { get; init; }

    /// <summary>How its hypervolume grew.</summary>
    public required IReadOnlyList<AttainmentPoint> Curve { get; init; }
}

/// <summary>A net on the front of one experiment.</summary>
public sealed record ComparedPoint
{
    public required string Trial { get; init; }

    public required TrialSettings Settings { get; init; }

    public required TrialMetrics Metrics { get; init; }

    /// <summary>Whether no experiment of the comparison has a better one.</summary>
    public required bool OnCommonFront { get; init; }
}
