using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// The document inside the page: what table, choice and downloads are made of, an array a column. Columns of few values hold each once and a place for each
/// trial. A small experiment's result document is in it as a whole.
/// </summary>
internal static class ReportDocument
{
    /// <summary>A larger result document is left to <c>sweep export</c>; its columns are here.</summary>
    public const int MostResultBytes = 300_000;

    /// <summary>JSON that may stand inside a script element.</summary>
    public static string Write(ExperimentResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var carried = ReportDetail.Carried(result);
            json.WriteStartObject();
            json.WriteString("format", "sweep-report/1");
            json.WriteString("experiment", result.Experiment);
            json.WriteNumber("trials", result.Trials.Count);
            json.WriteNumber("carried", carried.Count);
            Raw(json, "scope", CanonicalJson.Serialize(result.Scope));
            Raw(json, "objectives", CanonicalJson.Serialize(result.Objectives));
            if (result.Dense is { } dense)
            {
                Raw(json, "dense", CanonicalJson.Serialize(dense));
            }

            Strings(json, "front", result.Front);
            Columns(json, ReportColumn.Of(result), carried);
            Shapes(json, result, carried);
            Paths(json, result, carried);
            Seeds(json, result, carried);
            if (result.Trials.Count <= ReportDetail.MostTrials && (Whole(result) ?? Whole(result with { Curves = null })) is { } whole)
            {
                Raw(json, "result", whole);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan).Replace("<", "\\u003c", StringComparison.Ordinal);
    }

    /// <returns>Null where it is too large.</returns>
    private static string? Whole(ExperimentResult result) => CanonicalJson.Serialize(result) is { Length: <= MostResultBytes } text ? text : null;

    private static void Raw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void Columns(Utf8JsonWriter json, IReadOnlyList<ReportColumn> columns, IReadOnlyList<TrialResult> trials)
    {
        json.WriteStartArray("columns");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("key", column.Key);
            json.WriteString("title", column.Title);
            json.WriteString("form", column.Form.ToString().ToLowerInvariant());
            json.WriteBoolean("listed", column.Listed);
            if (column.IsSetting)
            {
                json.WriteBoolean("setting", true);
            }

            if (column.From is { } from)
            {
                json.WriteString("from", from);
            }

            var values = trials.Select(trial => column.Word is { } word ? (object?)word(trial) : Rounded(column, column.Number!(trial))).ToList();
            var distinct = values.OfType<object>().Distinct().ToList();
            if (distinct.Count > values.Count / 4)
            {
                var start = CommonStart(distinct);
                if (start.Length > 0)
                {
                    json.WriteString("start", start);
                    values = values.ConvertAll(value => value is string word ? word[start.Length..] : value);
                }

                Values(json, "values", values);
            }
            else
            {
                Values(json, "of", distinct);
                if (distinct.Count != 1 || values.Contains(null))
                {
                    Places(json, distinct, values);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What all words begin with, which is written once.</summary>
    private static string CommonStart(IReadOnlyList<object> distinct)
    {
        if (distinct is not [string first, ..])
        {
            return "";
        }

        return distinct.Cast<string>().Aggregate(first, (start, word) => start[..start.Zip(word).TakeWhile(pair => pair.First == pair.Second).Count()]);
    }

    /// <summary>To no fewer digits than are shown, and so that no comparison of two results turns: accuracies to a millionth, counts exactly, times to six digits.</summary>
    private static object? Rounded(ReportColumn column, double? value) => value is not { } number ? null
        : column.Form is ColumnForm.Count or ColumnForm.Whole || number == 0 ? number
        : column.Form is ColumnForm.Percent or ColumnForm.Coefficient && Math.Abs(number) >= 1e-4 ? Math.Round(number, 6)
        : double.Parse(number.ToString(column.Form is ColumnForm.Coefficient or ColumnForm.Share ? "G4" : "G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static void Values(Utf8JsonWriter json, string name, IEnumerable<object?> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            if (value is double number)
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteStringValue((string?)value);
            }
        }

        json.WriteEndArray();
    }

    private static void Places(Utf8JsonWriter json, IReadOnlyList<object> distinct, IReadOnlyList<object?> values)
    {
        var places = distinct.Select((value, place) => (value, place)).ToDictionary(pair => pair.value, pair => pair.place);
        json.WriteStartArray("at");
        foreach (var value in values)
        {
            json.WriteNumberValue(value is null ? -1 : places[value]);
        }

        json.WriteEndArray();
    }

    /// <summary>Each different block once, as heads, query, value and MLP widths, attention's and the MLP's inputs; a net is the places of its blocks.</summary>
    private static void Shapes(Utf8JsonWriter json, ExperimentResult result, IReadOnlyList<TrialResult> carried)
    {
        if (result.DenseShape is not { } dense)
        {
            return;
        }

        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        var all = carried.Count <= ReportDetail.MostTrials;
        var nets = carried.Where(trial => trial.Shape is not null && (all || front.Contains(trial.Id))).ToList();
        List<int[]> blocks = [];
        Dictionary<BlockShape, int> places = [];
        int Place(BlockShape block)
        {
            if (!places.TryGetValue(block, out var place))
            {
                places[block] = place = blocks.Count;
                blocks.Add([block.Heads, block.QueryKeyWidth, block.ValueWidth, block.MlpWidth, block.AttentionInputs ?? dense.Width, block.MlpInputs ?? dense.Width]);
            }

            return place;
        }

        var denseBlocks = dense.Blocks.Select(Place).ToArray();
        var drawn = ReportDetail.Evenly(nets, all ? nets.Count : ReportDetail.MostShapes).Select(net => (net.Id, Blocks: net.Shape!.Blocks.Select(Place).ToArray())).ToList();
        json.WriteStartObject("shapes");
        json.WriteNumber("width", dense.Width);
        Raw(json, "dense", JsonSerializer.Serialize(denseBlocks));
        Raw(json, "blocks", JsonSerializer.Serialize(blocks));
        json.WriteStartObject("nets");
        foreach (var (id, at) in drawn)
        {
            Raw(json, id, JsonSerializer.Serialize(at));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Every stage behind a trial: of few trials all, of many the front. The last stage is a column, of every trial.</summary>
    private static void Paths(Utf8JsonWriter json, ExperimentResult result, IReadOnlyList<TrialResult> carried)
    {
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        json.WriteStartObject("paths");
        foreach (var trial in ReportDetail.Evenly([.. carried.Where(trial => carried.Count <= ReportDetail.MostTrials || front.Contains(trial.Id))], ReportDetail.MostTrials))
        {
            Strings(json, trial.Id, trial.Stages.Select(stage => stage.Value));
        }

        json.WriteEndObject();
    }

    /// <summary>What the seeds say together of each trial's setting; nothing where there is one seed.</summary>
    private static void Seeds(Utf8JsonWriter json, ExperimentResult result, IReadOnlyList<TrialResult> carried)
    {
        if (result.Summary is not { } summary)
        {
            return;
        }

        var places = summary.Settings.Select((net, place) => (net, place)).ToDictionary(pair => pair.net.Settings!, pair => pair.place);
        json.WriteStartObject("seeds");
        json.WriteStartArray("of");
        foreach (var net in summary.Settings)
        {
            json.WriteStringValue($"{Words.Percent(net.Accuracy)} on validation, {Words.Percent(net.TestAccuracy)} on test: mean ± standard deviation of {Words.Plural(net.Seeds, "seed")} of this setting");
        }

        json.WriteEndArray();
        json.WriteStartArray("at");
        foreach (var trial in carried)
        {
            json.WriteNumberValue(places.GetValueOrDefault(trial.Settings with { Seed = null }, -1));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
