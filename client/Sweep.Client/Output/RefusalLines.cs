using Spectre.Console;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>What constraints refuse, for people.</summary>
internal static class RefusalLines
{
    /// <param name="console">Where to.</param>
    /// <param name="tally">Null for a file without constraints, which says nothing.</param>
    public static void Write(IAnsiConsole console, RefusalTally? tally)
    {
        if (tally is null)
        {
            return;
        }

        console.WriteLine($"Constraints: {Words.Count(tally.RefusedInAll)} of {(tally.Drawn == true ? $"{Words.Many(tally.Settings, "point")} drawn at random" : Words.Many(tally.Settings, "combination"))} refused.");
        foreach (var refused in tally.Refused)
        {
            console.WriteLine($"  {VisibleText.OfLine(refused.Constraint)} refuses {Words.Count(refused.Settings)}; for the first, {VisibleText.OfLine(refused.Example)}.");
        }
    }
}
