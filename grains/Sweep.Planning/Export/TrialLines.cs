using System.Globalization;
using System.Text;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Trials as lines of text.</summary>
public static class TrialLines
{
    /// <summary>RFC 4180, a heading first. What is absent is an empty field; numbers have the fewest digits that read back the same.</summary>
    public static string Csv(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var fields = TrialField.All(result);
        var text = new StringBuilder().AppendJoin(',', fields.Select(field => field.Name)).Append('\n');
        foreach (var trial in result.Trials)
        {
            text.AppendJoin(',', fields.Select(field => Quoted(Text(field, trial)))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One JSON object a line, each a trial as in the result document.</summary>
    public static string Jsonl(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return string.Concat(result.Trials.Select(trial => CanonicalJson.Serialize(trial) + "\n"));
    }

    /// <summary>The value of a column as text; "" when absent.</summary>
    internal static string Text(TrialField field, TrialResult trial) => field switch
    {
        TextField text => text.Of(trial) ?? "",
        NumberField number => number.Of(trial)?.ToString("R", CultureInfo.InvariantCulture) ?? "",
        CountField count => count.Of(trial)?.ToString(CultureInfo.InvariantCulture) ?? "",
        FlagField flag => flag.Of(trial) ? "true" : "false",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "There is no such column."),
    };

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
