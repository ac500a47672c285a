using System.Globalization;
using Sweep.Client.Output;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>How far an experiment is, as a bar and in words, and when it may end.</summary>
internal static class ProgressLine
{
    private const int MostCells = 50;

    /// <param name="now">In the time zone of who watches.</param>
    public static ScreenLine Of(Paper paper, Sight sight, DateTimeOffset now)
    {
        var status = sight.Status;
        var done = Share(sight);
        var cells = Math.Clamp(paper.Width / 4, 4, MostCells);
        var full = (int)Math.Floor(done * cells);
        var line = paper.Line(" ").Put(new string('━', full), Ink.Good).Put(new string('─', cells - full), Ink.Faint)
            .Put(string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(100 * done),3} %"), Ink.Strong);
        return line.Put(Said(sight, now).FirstOrDefault(words => line.Width + words.Length <= paper.Width) ?? "");
    }

    /// <summary>The same in ever fewer words.</summary>
    private static IEnumerable<string> Said(Sight sight, DateTimeOffset now)
    {
        var status = sight.Status;
        if (status.State is ExperimentState.Running && sight.Left is { } left)
        {
            var (toGo, end) = ($"  {Words.Duration(left)} left", $" (about {Moment(now, now + left)})");
            return [$"  {Epochs(sight)}{toGo}{end}", $"{toGo}{end}", toGo];
        }

        var ended = status.EndedAt is { } at ? $", ended {Moment(now, at.ToOffset(now.Offset))}" : "";
        return [$"  {Epochs(sight)}{ended}", $"  {Epochs(sight)}"];
    }

    /// <summary>In [0, 1].</summary>
    public static double Share(Sight sight) => sight.Status is { EpochsNeeded: > 0 } status ? Math.Clamp(status.EpochsDone / status.EpochsNeeded, 0, 1) : 1;

    public static string Epochs(Sight sight) =>
        $"epoch {sight.Status.EpochsDone.ToString("#,0.0", CultureInfo.InvariantCulture)} of {Words.Count(sight.Status.EpochsNeeded)}";

    /// <summary>The time of day, with the day where it is another one.</summary>
    public static string Moment(DateTimeOffset now, DateTimeOffset then) =>
        then.ToString(then.Date == now.Date ? "HH:mm" : Math.Abs((then - now).TotalDays) < 6 ? "ddd HH:mm" : "d MMM HH:mm", CultureInfo.InvariantCulture);
}
