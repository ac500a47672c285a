using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Orleans.Gateways;

/// <summary>A listening port: bound early, so that a port in use fails the start at once; accepting later.</summary>
internal sealed class PeerListener(IPEndPoint endpoint, string purpose, ILogger logger) : IAsyncDisposable
{
    private readonly Socket _socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="AddressInUseException">Another process, or another silo of this one, has the port.</exception>
    public void Bind()
    {
        try
        {
            _socket.Bind(endpoint);
            _socket.Listen(512);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(
                $"The silo listens for {purpose} on a port of its own, but {endpoint} is in use by another process or silo.", exception);
        }
    }

    public void Accept(Func<Socket, Task> serve)
    {
        using (ExecutionContext.SuppressFlow())
            _accepting = Task.Run(() => AcceptAsync(serve));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync(Func<Socket, Task> serve)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var peer = await _socket.AcceptAsync(_stopping.Token);
                _ = serve(peer);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Such as too many open files: others may close some.
                logger.LogWarning(exception, "Accepting a connection on {Endpoint} failed.", endpoint);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
