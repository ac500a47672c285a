using System.Security.Cryptography;
using System.Text;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Testing;

/// <summary>What a stage gives, as a function of its id: whoever runs it, and however often, it gives the same.</summary>
public static class FakeEngine
{
    public static StageResult ResultOf(StageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var digest = Digest("result", recipe.Id);
        return new StageResult
        {
            Stage = recipe.Id,
            Evaluation = recipe.Kind == StageKind.Evaluate
                ? new Evaluation
                {
                    Accuracy = 0.5 + digest[0] / 512.0,
                    TestAccuracy = 0.5 + digest[1] / 512.0,
                    Loss = 1 + digest[2] / 256.0,
                    Parameters = 10_000 + 100 * digest[3],
                    Flops = 1_000_000 + 10_000 * digest[4],
                }
                : null,
            Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "fake", Engine = "fake", Seconds = recipe.Epochs, Weights = WeightsOf(recipe.Id) },
        };
    }

    public static ArtifactId ArtifactOf(StageId stage) => new(Convert.ToHexStringLower(Digest("artifact", stage)));

    /// <summary>Null for stages that write no model.</summary>
    public static string? WeightsOf(StageId stage) => stage.Kind is StageKind.Evaluate or StageKind.Benchmark or StageKind.RankHeads or StageKind.ScoreGroups
        ? null
        : Convert.ToHexStringLower(Digest("weights", stage));

    public static ArtifactId CheckpointOf(StageId stage, int epochs) =>
        new(Convert.ToHexStringLower(Digest(FormattableString.Invariant($"checkpoint {epochs}"), stage)));

    /// <summary>Epochs in a checkpoint made by <see cref="CheckpointOf"/>.</summary>
    public static int EpochsIn(StageRecipe recipe, ArtifactId? checkpoint)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return checkpoint is null ? 0 : Enumerable.Range(1, recipe.Epochs).Single(epochs => CheckpointOf(recipe.Id, epochs) == checkpoint);
    }

    private static byte[] Digest(string salt, StageId stage) => SHA256.HashData(Encoding.UTF8.GetBytes($"{salt} {stage}"));
}
