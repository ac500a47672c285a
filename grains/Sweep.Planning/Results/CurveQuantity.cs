namespace Sweep.Planning;

/// <summary>What a training curve can be drawn of. Names are those of <see cref="CurvePoint"/>.</summary>
public enum CurveQuantity
{
    Loss,
    LearningRate,
    PrimalResidual,
    DoomedNormRatio,
    MeanGate,
    Sparsity,
    Seconds,
    ImagesPerSecond,
    Accuracy,
}

public static class CurveQuantities
{
    /// <summary>The quantity of an epoch, or of a measurement where the quantity is one.</summary>
    /// <returns>Null where the point has none.</returns>
    public static double? Of(this CurveQuantity quantity, CurvePoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return quantity switch
        {
            CurveQuantity.Loss => point.Loss,
            CurveQuantity.LearningRate => point.LearningRate,
            CurveQuantity.PrimalResidual => point.PrimalResidual,
            CurveQuantity.DoomedNormRatio => point.DoomedNormRatio,
            CurveQuantity.MeanGate => point.MeanGate,
            CurveQuantity.Sparsity => point.Sparsity,
            CurveQuantity.Seconds => point.Seconds,
            CurveQuantity.ImagesPerSecond => point.ImagesPerSecond,
            CurveQuantity.Accuracy => point.Accuracy,
            _ => throw new ArgumentOutOfRangeException(nameof(quantity), quantity, "There is no such quantity."),
        };
    }

    /// <summary>What was measured of the net between stages, to be shown beside the quantity.</summary>
    /// <returns>Null where nothing of the kind is measured.</returns>
    public static double? MeasuredBeside(this CurveQuantity quantity, CurvePoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return quantity == CurveQuantity.Loss ? point.ValidationLoss : null;
    }
}
