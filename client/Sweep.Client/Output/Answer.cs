using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>A command's result, before it has a form. What programs read is made only for them: a table waits for no JSON.</summary>
internal sealed record Answer
{
    /// <summary>For json and yaml.</summary>
    public required Lazy<JsonNode> Document { get; init; }

    /// <summary>For jsonl.</summary>
    public required Lazy<IReadOnlyList<JsonNode>> Items { get; init; }

    /// <summary>For csv: a heading and one row an item.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }

    /// <summary>For people.</summary>
    public required Action<IAnsiConsole> Show { get; init; }

    /// <summary>For people who want every column.</summary>
    public Action<IAnsiConsole>? ShowWide { get; init; }

    /// <summary>What the items are called: the first column that people see.</summary>
    public IReadOnlyList<string> Names { get => field ?? [.. Rows.Skip(1).Select(row => row[0])]; init; }

    /// <summary>A list: the document holds it under a name, and table and csv share its columns.</summary>
    public static Answer List<T>(string name, IReadOnlyList<T> items, IReadOnlyList<Column<T>> columns, string whenEmpty)
    {
        var nodes = Nodes(items);
        return new Answer
        {
            Document = new(() => new JsonObject { ["apiVersion"] = "sweep/v1", [name] = new JsonArray([.. nodes.Value.Select(node => node.DeepClone())]) }),
            Items = nodes,
            Rows = Column.Rows(columns, items),
            Names = Column.Names(columns, items),
            Show = console => Table(console, columns),
            ShowWide = console => Table(console, [.. columns.Select(column => column.Wide())]),
        };

        void Table(IAnsiConsole console, IReadOnlyList<Column<T>> shown)
        {
            if (items.Count == 0)
            {
                console.WriteLine(whenEmpty);
            }
            else
            {
                console.Write(Column.Table(console, shown, items));
            }
        }
    }

    /// <summary>A list inside a document of its own.</summary>
    public static Answer Of<TDocument, TItem>(
        TDocument document, IReadOnlyList<TItem> items, IReadOnlyList<Column<TItem>> columns, Action<IAnsiConsole> show) => new()
        {
            Document = new(() => ToNode(document)),
            Items = Nodes(items),
            Rows = Column.Rows(columns, items),
            Names = Column.Names(columns, items),
            Show = show,
        };

    public static Lazy<IReadOnlyList<JsonNode>> Nodes<T>(IReadOnlyList<T> items) => new(() => [.. items.Select(ToNode)]);

    public static JsonNode ToNode<T>(T value) => JsonNode.Parse(CanonicalJson.Serialize(value))!;
}
