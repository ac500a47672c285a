using System.Text.Json;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Scores of every group of a net. Written as <c>group-scores.json</c>.</summary>
public sealed record ScoreTable
{
    public const string File = "group-scores.json";

    public required ScoreCriterion Criterion { get; init; }

    /// <summary>One entry a block.</summary>
    public required IReadOnlyList<GroupScores> Blocks { get; init; }

    /// <param name="folder">A ScoreGroups stage's.</param>
    /// <param name="shape">Of the net to cut.</param>
    /// <exception cref="StageFaultException">DamagedArtifact; InvalidRecipe, where the scores are of a net of another shape.</exception>
    public static ScoreTable Read(string folder, ViTShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var path = Path.Combine(folder, File);
        ScoreTable table;
        try
        {
            table = CanonicalJson.Deserialize<ScoreTable>(System.IO.File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageFaultException.DamagedArtifact(path, $"the scores of groups must be readable. {e.Message}", e);
        }

        return table.Blocks.Count == shape.Blocks.Count && table.Blocks.Zip(shape.Blocks).All(pair => Fits(pair.First, pair.Second))
            ? table
            : throw StageFaultException.InvalidRecipe("The scores of groups must be of the net that is cut, but their numbers of groups differ.");
    }

    private static bool Fits(GroupScores scores, BlockShape block) =>
        scores.Heads.Length == block.Heads
        && scores.QueryKey.Length == block.Heads && scores.QueryKey.All(head => head.Length == block.QueryKeyWidth)
        && scores.Value.Length == block.Heads && scores.Value.All(head => head.Length == block.ValueWidth)
        && scores.Mlp.Length == block.MlpWidth;
}
