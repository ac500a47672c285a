using Sweep.Client.Output;

namespace Sweep.Client.Watching.Screens;

/// <summary>How long ago something was: in days once hours say nothing.</summary>
internal static class Ages
{
    private const int FewDays = 2;

    /// <param name="time">By two clocks, perhaps: below zero is none.</param>
    public static string Of(TimeSpan time) => time.TotalDays >= FewDays ? Words.Many((long)time.TotalDays, "day") : Words.Duration(time < TimeSpan.Zero ? TimeSpan.Zero : time);
}
