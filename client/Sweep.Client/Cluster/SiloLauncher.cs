namespace Sweep.Client.Cluster;

/// <summary>Starts <c>sweep-silo</c> as a child process. It watches this process by its id and ends when this process is gone.</summary>
internal sealed class SiloLauncher(Func<string, string?> variable, TimeProvider time) : ISiloLauncher
{
    /// <summary>Reading the state of a large history takes time; starting .NET and Orleans a second or two.</summary>
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(2);

    public async Task<IOwnedSilo> Start(SiloLaunch launch, CancellationToken cancellationToken)
    {
        var silo = SiloProcess.Start(SiloCommand.Create(
            ProgramFile.Silo.Find(variable, AppContext.BaseDirectory), launch, Environment.ProcessId));
        try
        {
            var ready = silo.FirstReady;
            var first = await Task.WhenAny(ready, silo.Ended).WaitAsync(s_startLimit, time, cancellationToken);
            if (first == ready)
            {
                return new OwnedSilo(silo, await ready);
            }

            throw ClientException.SiloEnded(await silo.Ended, launch.State, silo.LastWords);
        }
        catch (Exception e)
        {
            await silo.DisposeAsync();
            if (e is TimeoutException)
            {
                throw new ClientException(
                    ExitCode.TimedOut,
                    FormattableString.Invariant($"The silo must be ready within {s_startLimit.TotalSeconds} seconds, but was not. Its last words:{Environment.NewLine}{silo.LastWords}"));
            }

            throw;
        }
    }

    private sealed class OwnedSilo(SiloProcess process, SiloReady ready) : IOwnedSilo
    {
        public SiloReady Ready => ready;

        public Task<int> Ended => process.Ended;

        public string LastWords => process.LastWords;

        public Task Drain(CancellationToken cancellationToken) => process.Terminate(cancellationToken);

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
