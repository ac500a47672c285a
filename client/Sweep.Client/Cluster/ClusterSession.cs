using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Cluster;

/// <summary>A connection for the length of a command, with the silo that was started for it, if any.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    /// <summary>A silo that starts is ready within this time, and one that answered a question has ended.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly ICluster _cluster;

    private readonly Func<bool> _gone;

    private ClusterSession(ICluster cluster, IOwnedSilo? silo, Func<bool> gone, Uri? http)
    {
        Http = http;
        _cluster = cluster;
        _gone = gone;
        Silo = silo;
    }

    public ISweepApi Api => _cluster.Api;

    /// <summary>Null when somebody else's silo answers.</summary>
    public IOwnedSilo? Silo { get; }

    /// <summary>Where HTTP is served; null when the silo did not tell, as behind a named gateway.</summary>
    public Uri? Http { get; }

    /// <summary>Whether the silo is known to have ended; waiting for its answer is then in vain.</summary>
    public bool HasGone => _gone();

    /// <summary>A cluster that runs already: at the named server or gateway, else the silo of the state folder.</summary>
    /// <exception cref="ClientException">There is none, or it does not answer.</exception>
    public static async Task<ClusterSession> Join(CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken) =>
        await TryJoin(settings, surroundings, cancellationToken) ?? throw ClientException.NoCluster(settings.State);

    /// <summary>
    /// A cluster that runs already, else, when there is a state folder, a silo without workers for the moment of a question. Where another silo holds the
    /// folder, as one does that is starting or that ends after another question, looks again for a while.
    /// </summary>
    /// <exception cref="ClientException">There is neither, or the folder stays held by a silo that is never ready.</exception>
    public static async Task<ClusterSession> Ask(CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        for (var begun = surroundings.Time.GetTimestamp(); ;)
        {
            if (await TryJoin(settings, surroundings, cancellationToken) is { } session)
            {
                return session;
            }

            if (!Directory.Exists(settings.State))
            {
                throw ClientException.NoCluster(settings.State);
            }

            try
            {
                return await StartOwn(new SiloLaunch { State = settings.State, Workers = 0 }, surroundings, cancellationToken);
            }
            catch (ClientException e) when (e.Code is ExitCode.Conflict && surroundings.Time.GetElapsedTime(begun) < s_patience)
            {
                await Task.Delay(s_pause, surroundings.Time, cancellationToken);
            }
        }
    }

    /// <returns>Null when neither server nor gateway is named and no silo lives in the state folder.</returns>
    public static async Task<ClusterSession?> TryJoin(CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (settings.Server is { } server)
        {
            surroundings.Verbose?.Invoke($"The cluster is that at {server.Address}.");
            return new ClusterSession(surroundings.Servers.Connect(HttpServer.At(server.Address, settings) with { Tell = surroundings.Verbose }), silo: null, gone: () => false, server.Address);
        }

        if (settings.Gateway is { } named)
        {
            surroundings.Verbose?.Invoke($"The cluster is that behind the gateway {named}.");
            return new ClusterSession(await surroundings.Connector.Connect(named, cancellationToken), silo: null, gone: () => false, http: null);
        }

        var running = SiloReady.Find(settings.State);
        surroundings.Verbose?.Invoke(running is null ? $"No silo has its state in '{settings.State}'." : $"The cluster is the silo of '{settings.State}', gateway {running.Gateway}.");
        return running is not null
            ? new ClusterSession(await surroundings.Connector.Connect(running.Gateway, cancellationToken), silo: null, gone: () => !SiloReady.IsAlive(running.Pid), running.Http)
            : null;
    }

    public static async Task<ClusterSession> StartOwn(SiloLaunch launch, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var silo = await surroundings.Silos.Start(launch, cancellationToken);
        try
        {
            return new ClusterSession(await surroundings.Connector.Connect(silo.Ready.Gateway, cancellationToken), silo, gone: () => silo.Ended.IsCompleted, silo.Ready.Http);
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Disconnects; an own silo without work in hand ends in an orderly way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        if (Silo is not null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await Silo.Drain(limit.Token);
            }
            catch (OperationCanceledException)
            {
                // It had its chance; disposing kills it.
            }

            await Silo.DisposeAsync();
        }
    }
}
