using Sweep.Client.Watching.Screens;

namespace Sweep.Client.Watching;

/// <summary>What a terminal tells.</summary>
internal interface ITerminal
{
    /// <summary>Whether keys can be read: standard input is a terminal.</summary>
    bool HasKeys { get; }

    /// <summary>Tells <paramref name="listener"/> until the returned object is disposed.</summary>
    IDisposable Listen(ITerminalListener listener);
}

/// <summary>Told on any thread.</summary>
internal interface ITerminalListener
{
    void Pressed(Key key);

    /// <summary>It has another size now.</summary>
    void Resized();

    /// <summary>The process is about to be stopped or killed; the terminal belongs to others when this returns.</summary>
    void Leaving();

    /// <summary>The process goes on, and the terminal is its own again.</summary>
    void BackAgain();
}
