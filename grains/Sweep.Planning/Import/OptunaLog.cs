using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sweep.Planning;

/// <summary>
/// Trials of a study in Optuna's journal storage, a log of operations, one JSON object a line. A trial's number is its place among those created; what a categorical
/// parameter has is the place among its choices.
/// </summary>
internal static class OptunaLog
{
    private const int CreateStudy = 0;
    private const int CreateTrial = 4;
    private const int SetTrialParameter = 5;
    private const int SetTrialStateValues = 6;

    private const int Complete = 1;

    public static IReadOnlyList<ForeignTrial> Read(string text)
    {
        var trials = new List<LoggedTrial>();
        var studies = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var entry = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a line of a journal is an object, but one is not");
            switch ((int?)entry["op_code"])
            {
                case CreateStudy:
                    if (++studies > 1)
                    {
                        throw new InvalidDataException("it must hold one study, but holds several; export the one you mean");
                    }

                    break;
                case CreateTrial:
                    var created = new LoggedTrial();
                    created.Add(entry);
                    trials.Add(created);
                    break;
                case SetTrialParameter:
                    Of(entry).Set((string)entry["param_name"]!, (double)entry["param_value_internal"]!, (string)entry["distribution"]!);
                    break;
                case SetTrialStateValues:
                    Of(entry).Add(entry);
                    break;
            }
        }

        return [.. trials.Select((trial, number) => new ForeignTrial(
            string.Create(CultureInfo.InvariantCulture, $"trial {number}"), trial.State == Complete, trial.Settings, trial.Values))];

        LoggedTrial Of(JsonObject entry) => (int?)entry["trial_id"] is { } id && id >= 0 && id < trials.Count ? trials[id]
            : throw new InvalidDataException($"a line is about trial {entry["trial_id"]?.ToJsonString() ?? "of no number"}, which was not created before");
    }

    private sealed class LoggedTrial
    {
        public int State { get; private set; }

        public Dictionary<string, string> Settings { get; } = [];

        public Dictionary<string, string> Values { get; } = [];

        public void Add(JsonObject entry)
        {
            State = (int?)entry["state"] ?? State;
            var values = entry["values"] as JsonArray ?? (entry["value"] is { } only ? [only.DeepClone()] : []);
            for (var i = 0; i < values.Count; i++)
            {
                Values[i.ToString(CultureInfo.InvariantCulture)] = Text(values[i]);
            }

            foreach (var (name, value) in entry["params"] as JsonObject ?? [])
            {
                Set(name, (double)value!, (string)entry["distributions"]![name]!);
            }
        }

        public void Set(string name, double place, string distribution)
        {
            var kind = JsonNode.Parse(distribution);
            Settings[name] = kind?["attributes"]?["choices"] is JsonArray choices
                ? place >= 0 && place < choices.Count ? Text(choices[(int)place]) : throw new InvalidDataException($"'{name}' must be one of {choices.Count} choices, but is number {place.ToString(CultureInfo.InvariantCulture)}")
                : place.ToString("R", CultureInfo.InvariantCulture);
        }

        private static string Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var word) ? word : value?.ToJsonString() ?? "";
    }
}
