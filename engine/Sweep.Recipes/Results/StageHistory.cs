namespace Sweep.Recipes;

/// <summary>A stage's training, epoch by epoch, and what was measured at its end: one piece of a training curve.</summary>
public sealed record StageHistory
{
    /// <summary>
    /// Epochs of one stage that a cluster keeps beside its result: a hundred thousand stages must stay small, and no picture shows more. All of them
    /// stay in the artifact's <c>result.json</c>.
    /// </summary>
    public const int MostEpochs = 64;

    public required StageId Stage { get; init; }

    /// <summary>Epochs of the whole stage; 0 where nothing is trained.</summary>
    public required int Length { get; init; }

    /// <summary>Whether it has ended well; else <see cref="Epochs"/> are those so far.</summary>
    public required bool Finished { get; init; }

    /// <summary>In order; the first and the last that were trained are among them.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>Of these epochs, in order; null where nobody measured, and an epoch may lack one.</summary>
    public IReadOnlyList<EpochTime>? Times { get; init; }

    /// <summary>Evaluate only.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>At most <see cref="MostEpochs"/> of the epochs, at even distances, the first and the last among them.</summary>
    public static IReadOnlyList<EpochRecord> Thinned(IReadOnlyList<EpochRecord> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        return epochs.Count <= MostEpochs
            ? epochs
            : [.. Enumerable.Range(0, MostEpochs).Select(i => epochs[(int)((long)i * (epochs.Count - 1) / (MostEpochs - 1))])];
    }

    /// <summary>The times of the epochs that are kept.</summary>
    /// <returns>Null for none.</returns>
    public static IReadOnlyList<EpochTime>? Thinned(IReadOnlyList<EpochTime>? times, IReadOnlyList<EpochRecord> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (times is null || times.Count == 0)
        {
            return null;
        }

        var epochs = kept.Select(epoch => epoch.Epoch).ToHashSet();
        return times.All(time => epochs.Contains(time.Epoch)) ? times : [.. times.Where(time => epochs.Contains(time.Epoch))];
    }

    /// <summary>The same result with no more epochs than a cluster keeps.</summary>
    public static StageResult Thinned(StageResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Curve is not { } curve)
        {
            return result;
        }

        var kept = Thinned(curve);
        var times = Thinned(result.Provenance.EpochTimes, kept);
        return ReferenceEquals(kept, curve) && ReferenceEquals(times, result.Provenance.EpochTimes)
            ? result
            : result with { Curve = kept, Provenance = result.Provenance with { EpochTimes = times } };
    }
}
