using Sweep.Grains;

namespace Sweep.Client.Cluster;

/// <summary>Speaks to a cluster through its HTTP. Nothing is sent before the first question.</summary>
internal sealed class HttpConnector(TimeProvider time) : IServerConnector
{
    public ICluster Connect(HttpServer server) => new Connection(new HttpExchange(server.Tell is { } tell ? new ToldRequests(server.Handler(), tell, time) : server.Handler(), server, time));

    private sealed class Connection(HttpExchange exchange) : ICluster
    {
        public ISweepApi Api { get; } = new HttpSweepApi(exchange);

        public ValueTask DisposeAsync()
        {
            exchange.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
