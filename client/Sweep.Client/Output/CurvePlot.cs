using System.Text;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>A training curve drawn in characters: one quantity over the epochs of a trial, with the places where stages begin.</summary>
internal static class CurvePlot
{
    private const char Trained = '●';
    private const char Between = '·';
    private const char Measured = '◆';
    private const char Boundary = '┊';

    /// <param name="curve">Of one trial.</param>
    /// <param name="quantity">What to draw.</param>
    /// <param name="width">Characters in all, axis included; at least 40.</param>
    /// <param name="height">Lines of the field, axis excluded; at least 3.</param>
    /// <returns>Lines; none where no epoch has the quantity.</returns>
    public static IReadOnlyList<string> Draw(TrainingCurve curve, CurveQuantity quantity, int width, int height)
    {
        var points = Finite(curve, point => quantity.Of(point));
        var beside = Finite(curve, point => quantity.MeasuredBeside(point));
        if (points.Count == 0)
        {
            return [];
        }

        var values = points.Concat(beside).Select(point => point.Value).ToList();
        var (bottom, top) = (values.Min(), values.Max());
        var last = Math.Max(1, curve.Stages.Max(stage => stage.End));
        string[] labels = [CurveWords.Of(quantity, top), CurveWords.Of(quantity, bottom)];
        var gutter = labels.Max(label => label.Length);
        var (columns, rows) = (Math.Max(width, 40) - gutter - 2, Math.Max(height, 3));
        var field = Enumerable.Range(0, rows).Select(_ => new string(' ', columns).ToCharArray()).ToArray();
        int Column(double at) => (int)Math.Round(at / last * (columns - 1));
        int Row(double value) => rows - 1 - (top > bottom ? (int)Math.Round((value - bottom) / (top - bottom) * (rows - 1)) : rows / 2);

        foreach (var stage in curve.Stages.Where(stage => stage.Start > 0 && stage.End > stage.Start))
        {
            foreach (var line in field)
            {
                line[Column(stage.Start)] = Boundary;
            }
        }

        foreach (var (from, to) in points.Zip(points.Skip(1)))
        {
            for (var column = Column(from.At) + 1; column < Column(to.At); column++)
            {
                var share = (double)(column - Column(from.At)) / (Column(to.At) - Column(from.At));
                field[Row(from.Value + share * (to.Value - from.Value))][column] = Between;
            }
        }

        foreach (var point in points)
        {
            field[Row(point.Value)][Column(point.At)] = quantity is CurveQuantity.Accuracy ? Measured : Trained;
        }

        foreach (var point in beside)
        {
            field[Row(point.Value)][Column(point.At)] = Measured;
        }

        var lines = field.Select((line, row) => $"{(row == 0 ? labels[0] : row == rows - 1 ? labels[1] : "").PadLeft(gutter)} ┤{new string(line).TrimEnd()}").ToList();
        lines.Add($"{new string(' ', gutter)} └{new string('─', columns)}");
        lines.Add(new string(' ', gutter + 2) + Names(curve, Column, columns));
        var end = FormattableString.Invariant($"{last} {(last == 1 ? "epoch" : "epochs")}");
        lines.Add($"{new string(' ', gutter + 2)}0{end.PadLeft(columns - 1)}");
        return lines;
    }

    /// <summary>The kinds of the stages below where they begin, as far as there is room.</summary>
    private static string Names(TrainingCurve curve, Func<double, int> column, int columns)
    {
        var line = new StringBuilder();
        foreach (var stage in curve.Stages.Where(stage => stage.End > stage.Start))
        {
            var (name, at) = (Words.Name(stage.Kind), column(stage.Start));
            if ((line.Length == 0 || at > line.Length) && at + name.Length <= columns)
            {
                line.Append(' ', at - line.Length).Append(name);
            }
        }

        return line.ToString();
    }

    private static List<(double At, double Value)> Finite(TrainingCurve curve, Func<CurvePoint, double?> value) =>
    [
        .. curve.Points.Select(point => (At: (double)point.At, Value: value(point))).Where(point => point.Value is { } number && double.IsFinite(number))
            .Select(point => (point.At, point.Value!.Value)),
    ];
}
