using Sweep.Models.Export;

namespace Sweep.Client.Output;

/// <summary>The columns of exported models.</summary>
internal static class ModelColumns
{
    public static IReadOnlyList<Column<ModelProof>> All { get; } =
    [
        new("trial", "trial", proof => proof.Trial, proof => proof.Trial),
        new("parameters", "parameters", proof => Words.Count(proof.Parameters.Counted), proof => Words.Exact(proof.Parameters.Counted), Right: true),
        new("FLOPs", "flops", proof => Words.Magnitude(proof.Flops.Counted), proof => Words.Exact(proof.Flops.Counted), Right: true),
        new("logits moved by", "largestLogitDifference", Moved, Moved, Right: true),
        new(null, "weights", proof => proof.Weights, proof => proof.Weights),
        new(null, "stage", proof => proof.Stage.Value, proof => proof.Stage.Value),
    ];

    /// <summary>At the cut; nothing for a net that was never cut.</summary>
    private static string Moved(ModelProof proof) =>
        proof.Surgery is { } surgery ? surgery.LargestLogitDifference.ToString("0.0e+0", System.Globalization.CultureInfo.InvariantCulture) : "";
}
