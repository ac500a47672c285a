using Sweep.Client.Output;

namespace Sweep.Client.Watching;

/// <summary>Progress goes to standard error, so that standard output holds the result alone.</summary>
internal static class Displays
{
    public static IProgressDisplay For(Surroundings surroundings) =>
        surroundings.ErrorIsTerminal && surroundings.Variable("TERM") is not "dumb"
            ? new LiveDisplay(Consoles.ForError(surroundings))
            : new PlainDisplay(surroundings.Error, surroundings.Time);
}
