using Sweep.Client.Output;

namespace Sweep.Client.Watching;

/// <summary>Progress goes to standard error, so that standard output holds the result alone.</summary>
internal static class Displays
{
    /// <summary>For scripts: nothing but the end.</summary>
    public static IProgressDisplay None { get; } = new NoDisplay();

    public static IProgressDisplay For(Surroundings surroundings) =>
        surroundings.ErrorIsTerminal && surroundings.Variable("TERM") is not "dumb"
            ? new LiveDisplay(Consoles.ForError(surroundings))
            : new PlainDisplay(surroundings.Error, surroundings.Time);

    private sealed class NoDisplay : IProgressDisplay
    {
        public Task<T> While<T>(Func<Action<Sight>, Task<T>> work) => work(_ => { });
    }
}
