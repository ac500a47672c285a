using System.Text.Json.Nodes;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Cluster.Tests;

/// <summary>What a stage's own state says, read from the state folder as anybody may.</summary>
/// <param name="Attempt">Attempts opened.</param>
/// <param name="Weights">SHA-256 of the weights it wrote, if any.</param>
/// <param name="Curve">The epochs that it trained, if any, in our own spelling: each store has its own for members and numbers.</param>
internal sealed record StoredStage(StageId Stage, string State, int Attempt, string? Artifact, string? Weights, string? Curve);

/// <summary>Reads the journal of grain state below a state folder.</summary>
internal static class StateFiles
{
    public static IReadOnlyDictionary<StageId, StoredStage> Stages(string state) =>
        JournalText.States(Path.Combine(state, "grains"))
            .Where(stored => stored.Key.State == "stage")
            .Select(stored => Read(stored.Key.Grain, stored.Value))
            .ToDictionary(stage => stage.Stage);

    public static IReadOnlyDictionary<StageId, StoredStage> Finished(string state) =>
        Stages(state).Where(stage => stage.Value.State == "succeeded").ToDictionary();

    /// <param name="name">The stage's id, with folders above it and an extension.</param>
    /// <param name="text">The grain's state as JSON.</param>
    public static StoredStage Read(string name, string text)
    {
        var record = JsonNode.Parse(text)!["stage"]!;
        return new StoredStage(
            StageId.Parse(Path.GetFileNameWithoutExtension(name)),
            (string)record["state"]!,
            (int)record["attempt"]!,
            (string?)record["artifact"],
            (string?)record["result"]?["provenance"]?["weights"],
            record["result"]?["curve"] is { } curve ? CanonicalJson.Serialize(CanonicalJson.Deserialize<IReadOnlyList<EpochRecord>>(curve.ToJsonString())) : null);
    }
}
