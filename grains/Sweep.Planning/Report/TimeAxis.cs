using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>A horizontal axis of time since a moment, in the unit that suits its length.</summary>
internal sealed class TimeAxis
{
    private readonly double _unit;
    private readonly PlotScale _scale;

    /// <param name="start">Where the axis begins.</param>
    /// <param name="end">What it must reach; it ends there.</param>
    /// <param name="from">Where the start stands in the picture.</param>
    /// <param name="to">Where the end stands.</param>
    public TimeAxis(DateTimeOffset start, DateTimeOffset end, double from, double to)
    {
        var seconds = Math.Max(1, (end - start).TotalSeconds);
        (Start, (_unit, Unit)) = (start, seconds switch
        {
            <= 180 => (1.0, "s"),
            <= 3 * 3600 => (60, "min"),
            <= 3 * 86400 => (3600, "h"),
            _ => (86400.0, "days"),
        });
        var round = PlotScale.Around(0, seconds / _unit, from, to, about: 8);
        var last = seconds / _unit;
        _scale = round with { High = last, Ticks = [.. round.Ticks.Where(tick => tick <= last)] };
    }

    public DateTimeOffset Start { get; }

    /// <summary>For example <c>min</c>.</summary>
    public string Unit { get; }

    public IEnumerable<(double X, string Text)> Ticks =>
        _scale.Ticks.Select(tick => (_scale.At(tick), tick.ToString("0.##", CultureInfo.InvariantCulture)));

    public double At(DateTimeOffset time) => _scale.At((time - Start).TotalSeconds / _unit);

    /// <summary>The ticks at the bottom of a picture, and lines up to its top.</summary>
    public Html Draw(double top, double bottom) => Html.Join(Ticks.Select(tick => Html.Of($"""
        <line class="grid" x1="{tick.X}" x2="{tick.X}" y1="{top}" y2="{bottom}"/><text class="tick" x="{tick.X}" y="{bottom + 18}" text-anchor="middle">{tick.Text}</text>
        """)));
}
