using System.Text;

namespace Sweep.Planning;

/// <summary>Comma-separated values after RFC 4180, with either end of line.</summary>
internal static class CsvTable
{
    /// <summary>Rows of fields, each with the line that it starts on, from 1; empty lines are left out.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Rows(string text)
    {
        var (line, start) = (1, 1);
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : '\n';
            if (quoted)
            {
                if (i == text.Length)
                {
                    throw new InvalidDataException(FormattableString.Invariant($"a quote in the row of line {start} must be closed, but is not"));
                }

                if (letter != '"')
                {
                    field.Append(letter);
                    line += letter == '\n' ? 1 : 0;
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (letter == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (letter is ',' or '\n')
            {
                fields.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (letter == '\n')
                {
                    if (fields.Count > 1 || fields[0].Length > 0)
                    {
                        yield return (start, fields);
                    }

                    fields = [];
                    start = ++line;
                }
            }
            else
            {
                field.Append(letter);
            }
        }
    }
}
