namespace Sweep.Client.Watching.Screens;

/// <summary>A column of a list on a screen.</summary>
/// <param name="Heading">Over it.</param>
/// <param name="Text">Of a row.</param>
/// <param name="Least">Cells that it has at least, so that it does not jump as the list moves.</param>
/// <param name="Right">Numbers stand right.</param>
internal sealed record GridColumn<T>(string Heading, Func<T, string> Text, int Least = 0, bool Right = false)
{
    public Func<T, Ink> Ink { get; init; } = _ => Screens.Ink.Plain;

    /// <summary>Takes what is left of the line, and is cut there.</summary>
    public bool Rest { get; init; }
}

/// <summary>Lists in columns. Where the line is too short the last columns are left out, rather than all cut.</summary>
internal static class Grid
{
    private const int Gap = 2;

    /// <summary>A mark for the chosen row, and a blank.</summary>
    private const int Margin = 2;

    /// <summary>Of a column that takes the rest: less is not worth reading.</summary>
    private const int LeastRest = 12;

    /// <param name="paper">What to write on.</param>
    /// <param name="columns">The most important first.</param>
    /// <param name="rows">Those shown; null for one that is not known yet.</param>
    /// <param name="chosen">Which of those shown the cursor is on; −1 for none.</param>
    /// <returns>The headings, then a line a row.</returns>
    public static IEnumerable<ScreenLine> Lines<T>(Paper paper, IReadOnlyList<GridColumn<T>> columns, IReadOnlyList<T?> rows, int chosen)
        where T : class
    {
        var shown = new List<(GridColumn<T> Column, int Width)>();
        var left = paper.Width - Margin;
        foreach (var column in columns)
        {
            var width = column.Rest ? Math.Max(left, 0) : Math.Max(column.Least, rows.OfType<T>().Select(column.Text).Append(column.Heading).Max(text => Alphabet.WidthOf(paper.Alphabet.Of(text))));
            if (shown.Count > 0 && (width > left || (column.Rest && left < LeastRest)))
            {
                break;
            }

            shown.Add((column, Math.Min(width, left)));
            left -= width + Gap;
        }

        var heading = paper.Line().PadTo(Margin);
        foreach (var (column, width) in shown)
        {
            Cell(paper, heading, column.Heading, width, column.Right, Ink.Faint);
        }

        yield return heading;
        for (var place = 0; place < rows.Count; place++)
        {
            var line = paper.Line(place == chosen ? "▸ " : "  ");
            if (rows[place] is { } row)
            {
                foreach (var (column, width) in shown)
                {
                    Cell(paper, line, column.Text(row), width, column.Right, column.Ink(row));
                }
            }
            else
            {
                line.Put("…", Ink.Faint);
            }

            yield return place == chosen ? line.As(Ink.Chosen) : line;
        }
    }

    private static void Cell(Paper paper, ScreenLine line, string text, int width, bool right, Ink ink)
    {
        if (line.Width > Margin)
        {
            line.Put(new string(' ', Gap));
        }

        var start = line.Width;
        var cut = paper.Alphabet.Cut(paper.Alphabet.Of(text), width);
        line.PadTo(right ? start + width - Alphabet.WidthOf(cut) : start).Put(cut, ink).PadTo(start + width);
    }
}
