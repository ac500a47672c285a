using Sweep.Client.Cluster;

namespace Sweep.Client.Watching;

/// <summary>Progress goes to standard error, so that standard output holds the result alone.</summary>
internal static class Displays
{
    /// <summary>For scripts: nothing but the end.</summary>
    public static IProgressDisplay None { get; } = new NoDisplay();

    /// <param name="session">The cluster that has the experiment.</param>
    /// <param name="experiment">Its name.</param>
    /// <param name="interruption">Leaving is like Ctrl+C.</param>
    /// <param name="leaving">What a person is asked before leaving, where that stops the work.</param>
    public static IProgressDisplay For(Surroundings surroundings, ClusterSession session, string experiment, Interruption interruption, string? leaving = null) =>
        HasScreen(surroundings)
            ? new LiveScreen(surroundings, session.Api, experiment, interruption, leaving)
            : new PlainDisplay(surroundings.Error, surroundings.Time);

    /// <summary>Whether there is a terminal on which a picture can be redrawn, and somebody who wants to see one.</summary>
    public static bool HasScreen(Surroundings surroundings) => surroundings.ErrorIsTerminal && surroundings.Error != TextWriter.Null && surroundings.Variable("TERM") is not "dumb";

    private sealed class NoDisplay : IProgressDisplay
    {
        public Task<T> While<T>(Func<Action<Sight>, Task<T>> work) => work(_ => { });
    }
}
