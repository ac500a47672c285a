using System.Globalization;
using System.Text;

namespace Sweep.Client.Output;

/// <summary>Accuracy against parameters, drawn in characters.</summary>
internal static class FrontPlot
{
    private const char OnFront = '●';
    private const char Dominated = '·';
    private const char Dense = '◆';

    /// <param name="Parameters">Of the net.</param>
    /// <param name="Accuracy">Fraction in [0, 1].</param>
    /// <param name="Mark">How it stands out.</param>
    internal sealed record Point(long Parameters, double Accuracy, char Mark);

    public static Point Front(long parameters, double accuracy) => new(parameters, accuracy, OnFront);

    public static Point Behind(long parameters, double accuracy) => new(parameters, accuracy, Dominated);

    public static Point Unpruned(long parameters, double accuracy) => new(parameters, accuracy, Dense);

    /// <param name="points">A later one hides an earlier one in the same cell.</param>
    /// <param name="width">Characters in all, axis included; at least 30.</param>
    /// <param name="height">Lines of the field, axis excluded; at least 3.</param>
    /// <returns>Lines; none when there are fewer than two different points.</returns>
    public static IReadOnlyList<string> Draw(IReadOnlyList<Point> points, int width, int height)
    {
        if (points.Select(point => (point.Parameters, point.Accuracy)).Distinct().Count() < 2)
        {
            return [];
        }

        var (left, right) = (points.Min(point => point.Parameters), points.Max(point => point.Parameters));
        var (bottom, top) = (points.Min(point => point.Accuracy), points.Max(point => point.Accuracy));
        string[] labels = [Words.Percent(top), Words.Percent(bottom)];
        var gutter = labels.Max(label => label.Length);
        var columns = Math.Max(width, 30) - gutter - 2;
        var rows = Math.Max(height, 3);
        var field = new char[rows][];
        for (var row = 0; row < rows; row++)
        {
            field[row] = new string(' ', columns).ToCharArray();
        }

        foreach (var point in points)
        {
            var column = Cell(point.Parameters - left, right - left, columns);
            var row = rows - 1 - Cell(point.Accuracy - bottom, top - bottom, rows);
            field[row][column] = point.Mark;
        }

        var lines = new List<string>();
        for (var row = 0; row < rows; row++)
        {
            var label = row == 0 ? labels[0] : row == rows - 1 ? labels[1] : "";
            lines.Add($"{label.PadLeft(gutter)} ┤{new string(field[row]).TrimEnd()}");
        }

        lines.Add($"{new string(' ', gutter)} └{new string('─', columns)}");
        var ends = new StringBuilder(new string(' ', gutter + 2)).Append(Words.Magnitude(left));
        var last = Words.Magnitude(right) + " parameters";
        lines.Add(ends.ToString() + last.PadLeft(Math.Max(last.Length + 1, gutter + 2 + columns - ends.Length)));
        return lines;
    }

    private static int Cell(double offset, double range, int cells) =>
        range > 0 ? Convert.ToInt32(Math.Round(offset / range * (cells - 1)), CultureInfo.InvariantCulture) : cells / 2;
}
