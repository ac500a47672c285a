using System.Runtime.InteropServices;

namespace Sweep.Client;

/// <summary>
/// The first SIGINT, SIGTERM or SIGHUP asks for an orderly end (<see cref="Asked"/>), the second for an end now
/// (<see cref="Insisted"/>). While it lives, none of them ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _insisted = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();

    public CancellationToken Asked => _asked.Token;

    public CancellationToken Insisted => _insisted.Token;

    public static Interruption BySignals()
    {
        var interruption = new Interruption();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                interruption.Signal();
            }));
        }

        return interruption;
    }

    public void Signal()
    {
        lock (_lock)
        {
            (_asked.IsCancellationRequested ? _insisted : _asked).Cancel();
        }
    }

    /// <summary>Signals end the process again. The sources stay: a signal may be on its way to them.</summary>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
