using Sweep.Client.Output;
using Sweep.Grains;

namespace Sweep.Client.Watching.Screens;

/// <summary>The front as a picture, in colours.</summary>
internal static class PlotLines
{
    /// <summary>Lines below the field: the axis and its ends.</summary>
    private const int Axis = 2;

    private const int MostColumns = 100;

    private const char Chosen = '◉';

    /// <summary>Whether there are two points to draw.</summary>
    public static bool HasPicture(ExperimentStatus? status) =>
        status is { Front.Count: > 0 } && status.Front.Select(point => point.Metrics).Append(status.Dense).OfType<Planning.TrialMetrics>()
            .Select(metrics => (metrics.Parameters, metrics.Accuracy)).Distinct().Skip(1).Any();

    /// <param name="paper">What to draw on.</param>
    /// <param name="status">With two points at least.</param>
    /// <param name="lines">Of the whole picture.</param>
    /// <param name="chosen">The place on the front that stands out; null for none.</param>
    public static IEnumerable<ScreenLine> Of(Paper paper, ExperimentStatus status, int lines, int? chosen = null)
    {
        var points = new List<FrontPlot.Point>();
        if (status.Dense is { } dense)
        {
            points.Add(FrontPlot.Unpruned(dense.Parameters, dense.Accuracy));
        }

        points.AddRange(status.Front.Select(point => FrontPlot.Front(point.Metrics.Parameters, point.Metrics.Accuracy)));
        if (chosen is { } place && place < status.Front.Count)
        {
            points.Add(new FrontPlot.Point(status.Front[place].Metrics.Parameters, status.Front[place].Metrics.Accuracy, Chosen));
        }

        return FrontPlot.Draw(points, Math.Clamp(paper.Width - 1, 30, MostColumns), Math.Max(lines - Axis, 3)).Take(lines).Select(text => Inked(paper, " " + text));
    }

    private static ScreenLine Inked(Paper paper, string text)
    {
        var line = paper.Line();
        var from = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (InkOf(text[at]) is { } ink)
            {
                line.Put(text[from..at]).Put(text[at].ToString(), ink);
                from = at + 1;
            }
        }

        return line.Put(text[from..]);
    }

    private static Ink? InkOf(char mark) => mark switch
    {
        '●' => Ink.Good,
        '◆' => Ink.Warning,
        Chosen => Ink.Strong,
        '┤' or '└' or '─' => Ink.Faint,
        _ => null,
    };
}
