using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Sweep.Client.Output;
using Sweep.Grains;

namespace Sweep.Client.Watching;

/// <summary>The whole picture, redrawn in place on a terminal: how far, how long, what runs where, the front so far.</summary>
internal sealed class LiveDisplay(IAnsiConsole console) : IProgressDisplay
{
    /// <summary>Rows of the front shown while it grows; the rest is counted.</summary>
    private const int FrontRows = 6;

    public async Task<T> While<T>(Func<Action<Sight>, Task<T>> work)
    {
        var result = default(T);
        await console.Live(new Text("Starting…")).AutoClear(true).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom)
            .StartAsync(async live => result = await work(sight => live.UpdateTarget(Picture(console, sight))));
        return result!;
    }

    public static IRenderable Picture(IAnsiConsole console, Sight sight)
    {
        var status = sight.Status;
        var rows = new List<IRenderable> { Bar(console.Profile.Width, sight) };
        rows.AddRange(StatusView.Summary(console, status));
        if (status.Front.Count > 0)
        {
            rows.Add(new Text($"The front so far: {Words.Many(status.Front.Count, "point")}", new Style(decoration: Decoration.Bold)));
            rows.Add(Column.Table(console, s_frontColumns, [.. status.Front.Take(FrontRows)]));
            rows.AddRange(Plot(console, status).Select(line => new Text(line)));
        }

        return new Rows(rows);
    }

    private static Text Bar(int width, Sight sight)
    {
        var status = sight.Status;
        var done = status.EpochsNeeded == 0 ? 1 : Math.Clamp(status.EpochsDone / status.EpochsNeeded, 0, 1);
        var words = string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(100 * done)} %, epoch {Math.Round(status.EpochsDone, 1)} of {status.EpochsNeeded}")
            + (sight.Left is { } left ? $", about {Words.Duration(left)} left" : "");
        var cells = Math.Clamp(width - words.Length - 1, 4, 40);
        var full = (int)Math.Round(done * cells);
        return new Text(new string('━', full) + new string('─', cells - full) + words);
    }

    private static IReadOnlyList<string> Plot(IAnsiConsole console, ExperimentStatus status)
    {
        var dense = status.Dense is { } metrics ? [FrontPlot.Unpruned(metrics.Parameters, metrics.Accuracy)] : Array.Empty<FrontPlot.Point>();
        var front = status.Front.Select(point => FrontPlot.Front(point.Metrics.Parameters, point.Metrics.Accuracy));
        return FrontPlot.Draw([.. dense, .. front], Math.Min(console.Profile.Width, 64), height: 7);
    }

    private static readonly IReadOnlyList<Column<FrontPoint>> s_frontColumns =
    [
        new("trial", null, point => point.Trial, _ => ""),
        new("accuracy", null, point => Words.Percent(point.Metrics.Accuracy), _ => "", Right: true),
        new("parameters", null, point => Words.Count(point.Metrics.Parameters), _ => "", Right: true),
        new("FLOPs", null, point => Words.Magnitude(point.Metrics.Flops), _ => "", Right: true),
        new("settings", null, point => Words.Settings(point.Settings), _ => ""),
    ];
}
