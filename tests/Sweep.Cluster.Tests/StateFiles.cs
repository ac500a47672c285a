using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>What a stage's own file says, read from the state folder as anybody may.</summary>
/// <param name="Attempt">Attempts opened.</param>
/// <param name="Weights">SHA-256 of the weights it wrote, if any.</param>
internal sealed record StoredStage(StageId Stage, string State, int Attempt, string? Artifact, string? Weights);

/// <summary>Reads the grain files below a state folder.</summary>
internal static class StateFiles
{
    public static IReadOnlyDictionary<StageId, StoredStage> Stages(string state)
    {
        var folder = Path.Combine(state, "grains", "stage");
        return !Directory.Exists(folder)
            ? new Dictionary<StageId, StoredStage>()
            : Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Select(Read).ToDictionary(stage => stage.Stage);
    }

    public static IReadOnlyDictionary<StageId, StoredStage> Finished(string state) =>
        Stages(state).Where(stage => stage.Value.State == "succeeded").ToDictionary();

    private static StoredStage Read(string path)
    {
        var record = JsonNode.Parse(File.ReadAllLines(path)[1])!["stage"]!;
        return new StoredStage(
            StageId.Parse(Path.GetFileNameWithoutExtension(path)),
            (string)record["state"]!,
            (int)record["attempt"]!,
            (string?)record["artifact"],
            (string?)record["result"]?["provenance"]?["weights"]);
    }
}
