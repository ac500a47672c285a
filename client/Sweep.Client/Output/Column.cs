using Spectre.Console;
using Spectre.Console.Rendering;
using Sweep.Grains;

namespace Sweep.Client.Output;

/// <summary>One column of a list, in the table and in csv.</summary>
/// <param name="Heading">In the table; null to leave it out there.</param>
/// <param name="Name">In csv; null to leave it out there.</param>
/// <param name="Text">For people: rounded, with units.</param>
/// <param name="Value">For programs: base units, full precision, invariant culture; "" when absent.</param>
/// <param name="Right">Numbers stand right.</param>
internal sealed record Column<T>(string? Heading, string? Name, Func<T, string> Text, Func<T, string> Value, bool Right = false)
{
    /// <summary>Text in which colours may be marked; null for plain.</summary>
    public Func<T, string>? Markup { get; init; }

    /// <summary>In a table only if shown; in csv always.</summary>
    public Column<T> If(bool shown) => shown ? this : this with { Heading = null };

    /// <summary>In a table, too, if only csv has it.</summary>
    public Column<T> Wide() => Heading is not null ? this : this with { Heading = Name, Text = Value };
}

internal static class Column
{
    /// <summary>A blank on both sides and a line.</summary>
    private const int FramePerColumn = 3;

    public static IReadOnlyList<IReadOnlyList<string>> Rows<T>(IReadOnlyList<Column<T>> columns, IEnumerable<T> items)
    {
        var named = columns.Where(column => column.Name is not null).ToList();
        return
        [
            [.. named.Select(column => column.Name!)],
            .. items.Select(item => (IReadOnlyList<string>)[.. named.Select(column => column.Value(item))]),
        ];
    }

    /// <summary>The first column that a table shows.</summary>
    public static IReadOnlyList<string> Names<T>(IReadOnlyList<Column<T>> columns, IEnumerable<T> items) =>
        (columns.FirstOrDefault(column => column is { Heading: not null, Name: not null }) ?? columns.FirstOrDefault(column => column.Name is not null)) is { } first
            ? [.. items.Select(first.Value)]
            : [];

    /// <summary>
    /// Framed on a terminal; bare columns elsewhere, which grep and awk like. A terminal too narrow for all gets the first columns
    /// whole, rather than every column cut.
    /// </summary>
    public static Table Table<T>(IAnsiConsole console, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> items)
    {
        var shown = columns.Where(column => column.Heading is not null).ToList();
        while (shown.Count > 1 && shown.Sum(column => Width(column, items) + FramePerColumn) + 1 > console.Profile.Width)
        {
            shown.RemoveAt(shown.Count - 1);
        }

        var table = new Table { Border = !console.Profile.Out.IsTerminal ? TableBorder.None : console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii };
        foreach (var column in shown)
        {
            var heading = new TableColumn(new Text(column.Heading!, new Style(decoration: Decoration.Bold)));
            heading.NoWrap();
            table.AddColumn(column.Right ? heading.RightAligned() : heading);
        }

        foreach (var item in items)
        {
            table.AddRow(shown.Select(IRenderable (column) => column.Markup is { } markup ? new Markup(markup(item)) : new Text(VisibleText.OfLine(column.Text(item)))));
        }

        return table;
    }

    private static int Width<T>(Column<T> column, IReadOnlyList<T> items) =>
        items.Select(item => VisibleText.OfLine(column.Text(item)).Length).Append(column.Heading!.Length).Max();
}
