using System.Globalization;
using Spectre.Console;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>A comparison, for people and for programs. Its items are the experiments.</summary>
internal static class ComparisonView
{
    private const int MostListed = 5;

    private sealed record Row(char Mark, ComparedOutcome Outcome, IReadOnlyList<double?> Coverage);

    /// <param name="comparison">What to show.</param>
    /// <param name="page">Where its HTML was written; null where it was not.</param>
    public static Answer Of(ExperimentComparison comparison, string? page)
    {
        var rows = comparison.Experiments.Select((one, i) => new Row((char)('A' + i), one, comparison.Coverage[i])).ToList();
        return Answer.Of(comparison, rows, Columns(comparison), console => Show(console, comparison, rows, page)) with
        {
            Items = Answer.Nodes(comparison.Experiments),
            Names = [.. comparison.Experiments.Select(one => one.Label)],
        };
    }

    private static void Show(IAnsiConsole console, ExperimentComparison comparison, IReadOnlyList<Row> rows, string? page)
    {
        console.Write(Column.Table(console, Columns(comparison), rows));
        foreach (var line in Plot(rows, Math.Min(console.Profile.Width, 72)))
        {
            console.WriteLine(line);
        }

        console.WriteLine(BoxLine(comparison.Box));
        console.WriteLine($"Reached: hypervolume {Words.Number(comparison.Target)}. Epochs count shared stages once, trials in the order in which they ended, or of their numbers where stages were not timed.");
        console.WriteLine();
        ShowCoverage(console, rows);
        ShowDifferences(console, comparison, rows);
        ShowDuplicates(console, comparison);
        foreach (var warning in comparison.Warnings)
        {
            console.WriteLine($"Note: {VisibleText.OfLine(warning)}");
        }

        if (page is not null)
        {
            console.Profile.Out.Writer.WriteLine($"Comparison: {page}");
        }
    }

    private static IReadOnlyList<Column<Row>> Columns(ExperimentComparison comparison) =>
    [
        new("", null, row => row.Mark.ToString(), _ => ""),
        new("experiment", "experiment", row => row.Outcome.Label, row => row.Outcome.Label),
        new(null, "file", row => "", row => row.Outcome.File ?? ""),
        new("state", "state", row => Words.Name(row.Outcome.State), row => Words.Name(row.Outcome.State)),
        Number("complete", "complete", row => $"{Words.Count(row.Outcome.Complete)} of {Words.Count(row.Outcome.Trials)}", row => Words.Exact(row.Outcome.Complete)),
        Number("on front", "onFront", row => Words.Count(row.Outcome.Front.Count), row => Words.Exact(row.Outcome.Front.Count)),
        Number("of common front", "onCommonFront", row => Words.Count(Common(row)), row => Words.Exact(Common(row))),
        Number("hypervolume", "hypervolume", row => Volume(row.Outcome.Hypervolume), row => Words.Exact(row.Outcome.Hypervolume)),
        Number("epochs", "epochsNeeded", row => Words.Count(row.Outcome.EpochsNeeded), row => Words.Exact(row.Outcome.EpochsNeeded)),
        Number("reached at trial", "reachedTrials", row => row.Outcome.Reached is { } point ? Words.Count(point.Trials) : "never", row => Words.Exact(row.Outcome.Reached?.Trials)),
        Number("epochs to it", "reachedEpochs", row => row.Outcome.Reached is { Epochs: { } epochs } ? Words.Number(epochs) : "", row => Words.Exact(row.Outcome.Reached?.Epochs)),
        Number("time to it", "reachedSeconds", row => row.Outcome.Reached is { Seconds: { } seconds } ? Words.Duration(TimeSpan.FromSeconds(seconds)) : "", row => Words.Exact(row.Outcome.Reached?.Seconds))
            .If(comparison.Experiments.Any(one => one.Reached?.Seconds is not null)),
        .. comparison.Experiments.Select((other, i) => Number(null, $"covers {other.Label}", _ => "", row => Words.Exact(row.Coverage[i]))),
    ];

    private static Column<Row> Number(string? heading, string name, Func<Row, string> text, Func<Row, string> value) => new(heading, name, text, value, Right: true);

    private static int Common(Row row) => row.Outcome.Front.Count(point => point.OnCommonFront);

    private static string Volume(double volume) => volume.ToString("0.0000", CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Plot(IReadOnlyList<Row> rows, int width) => FrontPlot.Draw(
        [
            .. rows.Select(row => row.Outcome.Dense).OfType<TrialMetrics>().Select(dense => FrontPlot.Unpruned(dense.Parameters, dense.Accuracy)),
            .. rows.SelectMany(row => row.Outcome.Front.Select(point => new FrontPlot.Point(point.Metrics.Parameters, point.Metrics.Accuracy, row.Mark))),
        ],
        width,
        height: 12);

    private static string BoxLine(CommonBox box)
    {
        var sides = box.Objectives.Select((objective, d) => objective.Metric switch
        {
            Metric.Accuracy => "accuracy 0 to 1",
            Metric.Latency => "latency that of the unpruned net to 0",
            var cost => $"{(cost == Metric.Flops ? "FLOPs" : Words.Name(cost))} {Words.Count((long)box.Reference[d])} to 0",
        });
        return $"Hypervolume in one box for all: {string.Join(", ", sides)}.";
    }

    private static void ShowCoverage(IAnsiConsole console, IReadOnlyList<Row> rows)
    {
        console.WriteLine("Share of the front of … that is covered by the front of … (nowhere worse):");
        console.Write(Column.Table<Row>(
            console,
            [
                new("", null, row => $"{row.Mark} covers", _ => ""),
                .. rows.Select((other, i) => Number(other.Mark.ToString(), "", row => row == other ? "–" : row.Coverage[i] is { } share ? Words.Percent(share) : "", _ => "")),
            ],
            rows));
        console.WriteLine();
    }

    private static void ShowDifferences(IAnsiConsole console, ExperimentComparison comparison, IReadOnlyList<Row> rows)
    {
        if (comparison.SpecDifferences.Count == 0)
        {
            console.WriteLine("Their specs differ in nothing that is known.");
            return;
        }

        console.WriteLine("Their specs differ in:");
        console.Write(Column.Table<DifferingKey>(
            console,
            [
                new("path", null, difference => difference.Path, _ => ""),
                .. rows.Select((row, i) => new Column<DifferingKey>(row.Mark.ToString(), null, difference => difference.Values[i] ?? "", _ => "")),
            ],
            comparison.SpecDifferences));
        console.WriteLine();
    }

    private static void ShowDuplicates(IAnsiConsole console, ExperimentComparison comparison)
    {
        if (comparison.Duplicates is [_, ..] duplicates)
        {
            var listed = string.Join("; ", duplicates.Take(MostListed).Select(duplicate =>
                string.Join(" = ", duplicate.Trials.Select((trial, i) => trial is null ? null : $"{(char)('A' + i)} {trial}").OfType<string>())));
            console.WriteLine($"{Words.Many(duplicates.Count, "trial")} the same, stage by stage: {listed}{(duplicates.Count > MostListed ? "; …" : "")}.");
        }
    }
}
