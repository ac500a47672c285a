using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// What the training of one trial came to, along its whole path: the epochs of each stage one after another, and what was measured on the way. Stages
/// that trials share have the same place in the curves of all of them.
/// </summary>
public sealed record TrainingCurve
{
    public required string Trial { get; init; }

    /// <summary>In the order of the path, as far as they were requested.</summary>
    public required IReadOnlyList<CurveStage> Stages { get; init; }

    /// <summary>Epochs and measurements, in order.</summary>
    public required IReadOnlyList<CurvePoint> Points { get; init; }

    /// <summary>The curve of a path.</summary>
    /// <param name="trial">Whose path it is.</param>
    /// <param name="path">From the first stage to the last.</param>
    /// <param name="history">What is known of a stage; null for nothing.</param>
    public static TrainingCurve Of(string trial, IReadOnlyList<StageId> path, Func<StageId, StageHistory?> history)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(history);
        var (stages, points, start) = (new List<CurveStage>(), new List<CurvePoint>(), 0);
        foreach (var stage in path)
        {
            if (history(stage) is not { } known)
            {
                continue;
            }

            var placed = new CurveStage { Stage = stage, Kind = stage.Kind, Start = start, End = start + known.Length, Finished = known.Finished };
            stages.Add(placed);
            points.AddRange(PointsOf(placed, known));
            start = placed.End;
        }

        return new TrainingCurve { Trial = trial, Stages = stages, Points = points };
    }

    /// <summary>A stage's points, where it stands in its trial.</summary>
    private static IEnumerable<CurvePoint> PointsOf(CurveStage stage, StageHistory history)
    {
        var times = history.Times?.ToDictionary(time => time.Epoch);
        foreach (var epoch in history.Epochs)
        {
            var time = times?.GetValueOrDefault(epoch.Epoch);
            yield return new CurvePoint
            {
                At = Math.Min(stage.Start + epoch.Epoch - history.Epochs[0].Epoch + 1, stage.End),
                Stage = stage.Stage,
                Kind = stage.Kind,
                Epoch = epoch.Epoch,
                Loss = epoch.Loss,
                LearningRate = epoch.LearningRate,
                PrimalResidual = epoch.PrimalResidual,
                DoomedNormRatio = epoch.DoomedNormRatio,
                MeanGate = epoch.MeanGate,
                Sparsity = epoch.Sparsity,
                Seconds = time?.Seconds,
                LoaderSeconds = time?.LoaderSeconds,
                ImagesPerSecond = time is { Seconds: > 0 } ? Math.Round(time.Images / time.Seconds, 1) : null,
            };
        }

        if (history.Evaluation is { } measured)
        {
            yield return new CurvePoint
            {
                At = stage.Start,
                Stage = stage.Stage,
                Kind = stage.Kind,
                Accuracy = measured.Accuracy,
                TestAccuracy = measured.TestAccuracy,
                ValidationLoss = measured.Loss,
            };
        }
    }
}

/// <summary>Where a stage stands in a trial's training.</summary>
public sealed record CurveStage
{
    public required StageId Stage { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Epochs of the trial before it.</summary>
    public required int Start { get; init; }

    /// <summary>Epochs of the trial when it is through; <see cref="Start"/> where it does not train.</summary>
    public required int End { get; init; }

    /// <summary>Whether it has ended well.</summary>
    public required bool Finished { get; init; }
}

/// <summary>One epoch of a trial, or one measurement of it. What neither has is null.</summary>
public sealed record CurvePoint
{
    /// <summary>Epochs of the whole trial behind it.</summary>
    public required int At { get; init; }

    public required StageId Stage { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Counted from 0 over the stage's schedule, which several rungs share; null of a measurement.</summary>
    public int? Epoch { get; init; }

    /// <summary>Mean training loss, in nats, penalties excluded.</summary>
    public double? Loss { get; init; }

    /// <summary>Of the epoch's last step.</summary>
    public double? LearningRate { get; init; }

    /// <inheritdoc cref="EpochRecord.PrimalResidual"/>
    public double? PrimalResidual { get; init; }

    /// <inheritdoc cref="EpochRecord.DoomedNormRatio"/>
    public double? DoomedNormRatio { get; init; }

    /// <inheritdoc cref="EpochRecord.MeanGate"/>
    public double? MeanGate { get; init; }

    /// <inheritdoc cref="EpochRecord.Sparsity"/>
    public double? Sparsity { get; init; }

    /// <inheritdoc cref="EpochTime.Seconds"/>
    public double? Seconds { get; init; }

    /// <inheritdoc cref="EpochTime.LoaderSeconds"/>
    public double? LoaderSeconds { get; init; }

    /// <summary>Images trained on in a second.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>Top-1 on the validation split.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Top-1 on the test split.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Mean cross-entropy on the validation split, in nats.</summary>
    public double? ValidationLoss { get; init; }
}
