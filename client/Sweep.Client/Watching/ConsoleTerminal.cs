using System.Runtime.InteropServices;
using Sweep.Client.Cluster;
using Sweep.Client.Watching.Screens;

namespace Sweep.Client.Watching;

/// <summary>The terminal that this process was started on.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private static readonly Lazy<KeyReader> s_keys = new(() => new KeyReader());

    public bool HasKeys => !Console.IsInputRedirected;

    public IDisposable Listen(ITerminalListener listener)
    {
        // Before the first key is read, which changes them.
        var before = TerminalModes.Kept();
        var listening = new Listening();
        if (!OperatingSystem.IsWindows())
        {
            listening.On(PosixSignal.SIGWINCH, _ => listener.Resized());
            listening.On(PosixSignal.SIGTSTP, signal =>
            {
                // It may run on for a moment before it stops; SIGCONT tells when it goes on.
                signal.Cancel = true;
                GiveBack();
                if (!PosixSignals.StopSelf())
                {
                    listener.BackAgain();
                }
            });
            listening.On(PosixSignal.SIGQUIT, _ => GiveBack());
            listening.On(PosixSignal.SIGCONT, _ => listener.BackAgain());
        }

        if (HasKeys)
        {
            s_keys.Value.Listener = listener;
        }

        listening.Ended = () =>
        {
            if (s_keys.IsValueCreated)
            {
                s_keys.Value.Listener = null;
            }

            before?.PutBack();
        };
        return listening;

        void GiveBack()
        {
            listener.Leaving();
            before?.PutBack();
        }
    }

    /// <summary>
    /// The one thread that reads keys, as long as the process lives: a read that waits cannot be called off. Keys that nobody listens to are lost.
    /// </summary>
    private sealed class KeyReader
    {
        private volatile ITerminalListener? _listener;

        public KeyReader() => new Thread(Read) { IsBackground = true, Name = "keys" }.Start();

        public ITerminalListener? Listener
        {
            set => _listener = value;
        }

        private void Read()
        {
            try
            {
                while (true)
                {
                    if (Key.Of(Console.ReadKey(intercept: true)) is { } key)
                    {
                        _listener?.Pressed(key);
                    }
                }
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // The terminal has gone; SIGHUP tells who cares.
            }
        }
    }

    private sealed class Listening : IDisposable
    {
        private readonly List<PosixSignalRegistration> _signals = [];

        public Action Ended { get; set; } = () => { };

        public void On(PosixSignal signal, Action<PosixSignalContext> happened) => _signals.Add(PosixSignalRegistration.Create(signal, happened));

        public void Dispose()
        {
            Ended();
            _signals.ForEach(signal => signal.Dispose());
        }
    }
}
