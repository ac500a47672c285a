using System.Globalization;
using System.Text.Json;

namespace Sweep.Planning;

/// <summary>
/// Reads trials of other studies: tables as <c>sweep export --format csv</c> and Optuna's <c>trials_dataframe().to_csv()</c> write them, result files of
/// <c>sweep export --format json</c>, and Optuna's journal files, which <c>--format optuna</c> writes, too.
/// </summary>
public static class ForeignTrials
{
    private static readonly HashSet<string> s_settings = [.. TrialSetting.All.Select(setting => setting.Name)];
    private static readonly HashSet<string> s_metrics = [.. Enum.GetValues<Metric>().Select(Schema.RuleWords.Name)];

    /// <param name="text">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is none of them.</exception>
    public static IReadOnlyList<ForeignTrial> Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return text.StartsWith("SQLite format 3", StringComparison.Ordinal)
                ? throw new InvalidDataException(
                    "it is a database; make a table of it: python3 -c \"import optuna; optuna.load_study(study_name=None, storage='sqlite:///study.db').trials_dataframe().to_csv('trials.csv')\"")
                : text.TrimStart().StartsWith('{')
                    ? text.Split('\n', 2)[0].Contains("\"op_code\"", StringComparison.Ordinal) ? OptunaLog.Read(text) : OfResult(ExportedResult.Read(text, file).Result)
                    : OfTable(text);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException(
                $"Trials must be in a table with a heading, a result file of 'sweep export --format json' or an Optuna journal, but '{file}' cannot be read: {e.Message}", e);
        }
    }

    private static List<ForeignTrial> OfResult(ExperimentResult result) =>
    [
        .. result.Trials.Select(trial => new ForeignTrial(
            trial.Id,
            trial.State == TrialState.Complete,
            (from setting in TrialSetting.All
             let value = setting.Word is { } word ? word(trial.Settings) : setting.Number!(trial.Settings)?.ToString("R", CultureInfo.InvariantCulture)
             where value is not null
             select (setting.Name, value)).ToDictionary(one => one.Name, one => one.value),
            trial.Metrics is { } metrics
                ? Enum.GetValues<Metric>().Where(metric => metric != Metric.Latency || metrics.Speedups is [_, ..])
                    .ToDictionary(Schema.RuleWords.Name, metric => ObjectiveValues.Of(metric, metrics).ToString("R", CultureInfo.InvariantCulture))
                : new Dictionary<string, string>())),
    ];

    private static List<ForeignTrial> OfTable(string text)
    {
        using var rows = CsvTable.Rows(text).GetEnumerator();
        if (!rows.MoveNext())
        {
            throw new InvalidDataException("it is empty");
        }

        var heading = rows.Current.Fields;
        var columns = heading.Select(Column).ToList();
        if (!columns.Contains((Part.Setting, "method")))
        {
            throw new InvalidDataException($"its heading has neither 'method' nor 'params_method', but {string.Join(", ", heading.Take(20).Select(name => $"'{name}'"))}");
        }

        var trials = new List<ForeignTrial>();
        while (rows.MoveNext())
        {
            var (line, fields) = rows.Current;
            if (fields.Count != heading.Count)
            {
                throw new InvalidDataException(FormattableString.Invariant($"each row must have the {heading.Count} fields of the heading, but that of line {line} has {fields.Count}"));
            }

            var cells = columns.Zip(fields, (column, value) => (column.Part, column.Name, Value: value.Trim())).Where(cell => cell.Value.Length > 0).ToList();
            var state = cells.Find(cell => cell.Part == Part.State).Value;
            trials.Add(new ForeignTrial(
                string.Create(CultureInfo.InvariantCulture, $"line {line}"),
                state is null || state.Equals("complete", StringComparison.OrdinalIgnoreCase),
                cells.Where(cell => cell.Part == Part.Setting).ToDictionary(cell => cell.Name, cell => cell.Value),
                cells.Where(cell => cell.Part == Part.Metric).ToDictionary(cell => cell.Name, cell => cell.Value)));
        }

        return trials;
    }

    /// <summary>Optuna prefixes what it calls parameters and values; values are numbered where there are several.</summary>
    private static (Part Part, string Name) Column(string heading) => heading switch
    {
        "state" => (Part.State, heading),
        "value" => (Part.Metric, "0"),
        _ when heading.StartsWith("params_", StringComparison.Ordinal) && s_settings.Contains(heading["params_".Length..]) => (Part.Setting, heading["params_".Length..]),
        _ when heading.StartsWith("values_", StringComparison.Ordinal) => (Part.Metric, heading["values_".Length..]),
        _ when s_settings.Contains(heading) => (Part.Setting, heading),
        _ when s_metrics.Contains(heading) => (Part.Metric, heading),
        _ => (Part.None, heading),
    };

    private enum Part
    {
        None,
        State,
        Setting,
        Metric,
    }
}
