using Spectre.Console;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>The training of one trial, epoch by epoch.</summary>
internal static class CurveView
{
    private const int WidestPicture = 110;
    private const int PictureHeight = 14;

    /// <param name="experiment">Its name.</param>
    /// <param name="curve">Of one of its trials, or of its unpruned net.</param>
    /// <param name="plot">What people see drawn, instead of the table; null for the table.</param>
    public static Answer Of(string experiment, TrainingCurve curve, CurveQuantity? plot)
    {
        var columns = Columns(curve);
        return Answer.Of(
            new CurveDocument { Experiment = experiment, Trial = curve.Trial, Stages = curve.Stages, Points = curve.Points },
            curve.Points,
            columns,
            console => Show(console, curve, columns, plot)) with
        { ShowWide = console => Show(console, curve, [.. columns.Select(column => column.Wide())], plot) };
    }

    private static void Show(IAnsiConsole console, TrainingCurve curve, IReadOnlyList<Column<CurvePoint>> columns, CurveQuantity? plot)
    {
        if (curve.Points.Count == 0)
        {
            console.WriteLine($"Nothing that was recorded of the training of {curve.Trial}: no stage of it has finished an epoch yet, or its stages are older than the record.");
            return;
        }

        if (plot is { } quantity)
        {
            var lines = CurvePlot.Draw(curve, quantity, Math.Min(console.Profile.Width, WidestPicture), PictureHeight);
            console.WriteLine(lines.Count == 0
                ? $"No epoch of {curve.Trial} has {Words.Name(quantity)}; it has {string.Join(", ", Enum.GetValues<CurveQuantity>().Where(other => curve.Points.Any(point => other.Of(point) is not null)).Select(Words.Name))}."
                : $"{curve.Trial}: {CurveWords.Caption(quantity)}");
            foreach (var line in lines)
            {
                console.WriteLine(line);
            }
        }
        else
        {
            console.Write(Column.Table(console, columns, curve.Points));
        }

        if (curve.Stages.FirstOrDefault(stage => !stage.Finished && stage.End > stage.Start) is { } open)
        {
            var done = curve.Points.LastOrDefault(point => point.Stage == open.Stage)?.At - open.Start ?? 0;
            console.WriteLine(FormattableString.Invariant($"{Words.Name(open.Kind)} has not ended: {done} of {Words.Many(open.End - open.Start, "epoch")} so far."));
        }
    }

    /// <summary>A table leaves out what no epoch has; csv has every column always.</summary>
    private static List<Column<CurvePoint>> Columns(TrainingCurve curve)
    {
        Column<CurvePoint> Quantity(string heading, CurveQuantity quantity) =>
            new Column<CurvePoint>(heading, Words.Name(quantity), point => CurveWords.Of(quantity, quantity.Of(point)), point => Words.Exact(quantity.Of(point)), Right: true)
                .If(curve.Points.Any(point => quantity.Of(point) is not null));

        return
        [
            new("at", "at", point => Words.Exact((long)point.At), point => Words.Exact((long)point.At), Right: true),
            new("stage", "kind", point => Words.Name(point.Kind), point => Words.Name(point.Kind)),
            new(null, "stage", point => point.Stage.Value, point => point.Stage.Value),
            new("epoch", "epoch", point => Words.Exact((long?)(point.Epoch + 1)), point => Words.Exact((long?)point.Epoch), Right: true),
            Quantity("loss", CurveQuantity.Loss),
            new Column<CurvePoint>(
                "val. loss", "validationLoss", point => CurveWords.Of(CurveQuantity.Loss, point.ValidationLoss), point => Words.Exact(point.ValidationLoss), Right: true)
                .If(curve.Points.Any(point => point.ValidationLoss is not null)),
            Quantity("accuracy", CurveQuantity.Accuracy),
            new(null, "testAccuracy", point => CurveWords.Of(CurveQuantity.Accuracy, point.TestAccuracy), point => Words.Exact(point.TestAccuracy), Right: true),
            Quantity("rate", CurveQuantity.LearningRate),
            Quantity("residual", CurveQuantity.PrimalResidual),
            Quantity("doomed", CurveQuantity.DoomedNormRatio),
            Quantity("gate", CurveQuantity.MeanGate),
            Quantity("removed", CurveQuantity.Sparsity),
            Quantity("took", CurveQuantity.Seconds),
            new(null, "loaderSeconds", point => CurveWords.Of(CurveQuantity.Seconds, point.LoaderSeconds), point => Words.Exact(point.LoaderSeconds), Right: true),
            Quantity("images/s", CurveQuantity.ImagesPerSecond),
        ];
    }
}

/// <summary>What <c>sweep metrics -o json</c> prints.</summary>
internal sealed record CurveDocument
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required string Experiment { get; init; }

    public required string Trial { get; init; }

    /// <summary>In the order of the path.</summary>
    public required IReadOnlyList<CurveStage> Stages { get; init; }

    /// <summary>Epochs and measurements, in order.</summary>
    public required IReadOnlyList<CurvePoint> Points { get; init; }
}
