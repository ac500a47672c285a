namespace Sweep.Recipes;

/// <summary>Where a model comes from, as the cluster knows it. Travels with the model as <c>origin.json</c>.</summary>
public sealed record ModelOrigin
{
    public const string File = "origin.json";

    public required string Experiment { get; init; }

    public required string Trial { get; init; }

    /// <summary>The stage that wrote the weights.</summary>
    public required StageId Stage { get; init; }

    /// <summary>SHA-256 of the weights, as recorded when they were written.</summary>
    public string? Weights { get; init; }

    public SurgeryProof? Surgery { get; init; }

    public Evaluation? Evaluation { get; init; }

    public Preprocessing? Preprocessing { get; init; }
}
