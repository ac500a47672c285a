using System.Globalization;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>Quantities of training as people read them.</summary>
internal static class CurveWords
{
    /// <summary>Four significant digits; fractions of the whole as a percentage.</summary>
    public static string Of(CurveQuantity quantity, double? value) => value is not { } number ? "" : quantity switch
    {
        CurveQuantity.Accuracy or CurveQuantity.Sparsity => Words.Percent(number),
        CurveQuantity.LearningRate => number.ToString("0.00e-0", CultureInfo.InvariantCulture),
        CurveQuantity.Seconds => number.ToString("0.0##", CultureInfo.InvariantCulture) + " s",
        CurveQuantity.ImagesPerSecond => number.ToString("#,0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    /// <summary>What a picture of the quantity shows, with its unit.</summary>
    public static string Caption(CurveQuantity quantity) => quantity switch
    {
        CurveQuantity.Loss => "training loss in nats (●), validation loss where it was measured (◆)",
        CurveQuantity.LearningRate => "learning rate at the end of each epoch",
        CurveQuantity.PrimalResidual => "primal residual ‖W−Z‖/‖W‖ of soft pruning",
        CurveQuantity.DoomedNormRatio => "norm of the groups to go over that of the groups to stay",
        CurveQuantity.MeanGate => "mean absolute gate",
        CurveQuantity.Sparsity => "share of the parameters that the mask removes",
        CurveQuantity.Seconds => "seconds an epoch",
        CurveQuantity.ImagesPerSecond => "images a second",
        CurveQuantity.Accuracy => "top-1 accuracy on the validation split (◆)",
        _ => Words.Name(quantity),
    };
}
