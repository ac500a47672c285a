using System.Text.Json.Serialization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>How important each head is, and which end of the ranking stays. Written as <c>scores.json</c>.</summary>
public sealed record HeadScores
{
    public const string File = "scores.json";

    private const double TieWidth = 1e-12;

    /// <summary>[block][head]; each block sums to 1, so values compare inside a block only.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Importance { get; init; }

    /// <summary>[block][head], ℓ2 norm of the head's weights; breaks ties.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Magnitude { get; init; }

    public required HeadOrientation Orientation { get; init; }

    [JsonIgnore]
    public int Blocks => Importance.Count;

    /// <summary>Heads of a block, first to keep first. Of equally important ones the larger, then the lower number comes first.</summary>
    public IReadOnlyList<int> KeepOrder(int block)
    {
        var importance = Importance[block];
        var sign = Orientation == HeadOrientation.KeepHigh ? 1 : -1;
        var heads = Enumerable.Range(0, importance.Count).ToList();
        heads.Sort((a, b) =>
        {
            var difference = sign * (importance[b] - importance[a]);
            return Math.Abs(difference) > TieWidth ? Math.Sign(difference)
                : Magnitude[block][b] != Magnitude[block][a] ? Magnitude[block][b].CompareTo(Magnitude[block][a])
                : a.CompareTo(b);
        });
        return heads;
    }

    /// <summary>The control without a graph: a head's share of its block's ℓ2 norms.</summary>
    public static HeadScores ByMagnitude(Net net, HeadOrientation orientation = HeadOrientation.KeepHigh) => Of(GroupScores.Of(net), orientation);

    /// <summary>A head's share of its block's scores.</summary>
    public static HeadScores Of(IReadOnlyList<GroupScores> scores, HeadOrientation orientation = HeadOrientation.KeepHigh)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new HeadScores
        {
            Importance = [.. scores.Select(block => Normalized(block.Heads))],
            Magnitude = [.. scores.Select(block => block.Heads)],
            Orientation = orientation,
        };
    }

    /// <summary>H·π of each head of a block: its importance over the block's mean, so heads of all blocks compare. Kept low: mirrored about 1.</summary>
    public IReadOnlyList<double> OverMean(int block)
    {
        var heads = Importance[block].Count;
        return [.. Importance[block].Select(share => Orientation == HeadOrientation.KeepHigh ? heads * share : 2 - heads * share)];
    }

    internal static IReadOnlyList<double> Normalized(IReadOnlyList<double> values)
    {
        var sum = values.Sum();
        return sum > 0 ? [.. values.Select(value => value / sum)] : [.. values.Select(_ => 1.0 / values.Count)];
    }
}
