using System.Net.Sockets;
using System.Security.Authentication;

namespace Orleans.Wire;

/// <summary>What is put between a connection's socket and its frames, and agreed on before the first frame; by default nothing.</summary>
internal sealed class WireSecurity
{
    /// <summary>For connections that this process accepts; throws <see cref="AuthenticationException"/> or <see cref="IOException"/> if the peer is refused.</summary>
    public Func<Socket, Stream, CancellationToken, Task<Stream>>? AsServer { get; set; }

    /// <summary>For connections that this process opens; throws as <see cref="AsServer"/>.</summary>
    public Func<Socket, Stream, CancellationToken, Task<Stream>>? AsClient { get; set; }

    /// <summary>The stream for the frames of a connected socket. It owns the socket, which is closed if the peer is refused.</summary>
    public static async Task<Stream> OpenAsync(
        Socket socket, Func<Socket, Stream, CancellationToken, Task<Stream>>? secure, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (secure is null)
            return stream;

        try
        {
            return await secure(socket, stream, cancellationToken);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
