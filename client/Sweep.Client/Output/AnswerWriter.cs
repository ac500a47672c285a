using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>Writes an <see cref="Answer"/> to standard output in the asked form.</summary>
internal static class AnswerWriter
{
    public static void Write(Answer answer, OutputForm form, Surroundings surroundings)
    {
        var output = surroundings.Output;
        switch (form)
        {
            case OutputForm.Json:
                output.Write(CanonicalJson.SerializeIndented(Versioned(answer)) + "\n");
                break;
            case OutputForm.Jsonl:
                foreach (var item in answer.Items.Value)
                {
                    output.Write(CanonicalJson.Serialize<JsonNode>(item) + "\n");
                }

                break;
            case OutputForm.Yaml:
                output.Write(YamlText.Of(JsonNode.Parse(CanonicalJson.Serialize(Versioned(answer)))));
                break;
            case OutputForm.Csv:
                foreach (var row in answer.Rows)
                {
                    output.Write(string.Join(',', row.Select(value => CsvField(VisibleText.OfLines(value)))) + "\n");
                }

                break;
            case OutputForm.Name:
                foreach (var name in answer.Names)
                {
                    output.Write(VisibleText.OfLine(name) + "\n");
                }

                break;
            case OutputForm.Wide:
                Show(answer.ShowWide ?? answer.Show, surroundings with { Width = () => Consoles.PipeWidth });
                break;
            default:
                Show(answer.Show, surroundings);
                break;
        }

        output.Flush();
    }

    /// <summary>Every document says what contract it keeps.</summary>
    private static JsonNode Versioned(Answer answer)
    {
        var document = answer.Document.Value;
        if (document is JsonObject members)
        {
            members.TryAdd("apiVersion", "sweep/v1");
        }

        return document;
    }

    private static void Show(Action<IAnsiConsole> show, Surroundings surroundings)
    {
        if (surroundings.OutputIsTerminal)
        {
            show(Consoles.ForOutput(surroundings));
            return;
        }

        // Columns are padded to their width; what reads a pipe wants no blanks at the ends of lines.
        using var text = new StringWriter { NewLine = "\n" };
        show(Consoles.ForOutput(surroundings with { Output = text }));
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
        {
            surroundings.Output.Write(line.TrimEnd() + "\n");
        }
    }

    private static string CsvField(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
