using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Connections.Security;

/// <summary>Handshakes by <see cref="TlsOptions"/>.</summary>
internal sealed class TlsStreams(TlsOptions options)
{
    /// <exception cref="System.Security.Authentication.AuthenticationException">One side does not hold with the other's certificate.</exception>
    /// <exception cref="IOException">The other side speaks no TLS, or has gone.</exception>
    public Task<Stream> AcceptAsync(Socket socket, Stream inner, CancellationToken cancellationToken) => OpenAsync(inner, cancellationToken, (tls, limit) =>
    {
        var handshake = new TlsServerAuthenticationOptions();
        handshake.Value.ServerCertificate = options.LocalCertificate;
        handshake.Value.ClientCertificateRequired = options.RemoteCertificateMode != RemoteCertificateMode.NoCertificate;
        handshake.Value.EnabledSslProtocols = options.SslProtocols;
        handshake.Value.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        options.OnAuthenticateAsServer?.Invoke(ContextOf(socket), handshake);
        return tls.AuthenticateAsServerAsync(handshake.Value, limit);
    });

    /// <inheritdoc cref="AcceptAsync"/>
    public Task<Stream> ConnectAsync(Socket socket, Stream inner, CancellationToken cancellationToken) => OpenAsync(inner, cancellationToken, (tls, limit) =>
    {
        var handshake = new TlsClientAuthenticationOptions();
        if (options.LocalCertificate is not null && options.ClientCertificateMode != RemoteCertificateMode.NoCertificate)
            handshake.ClientCertificates = [options.LocalCertificate];

        handshake.Value.EnabledSslProtocols = options.SslProtocols;
        options.OnAuthenticateAsClient?.Invoke(ContextOf(socket), handshake);
        return tls.AuthenticateAsClientAsync(handshake.Value, limit);
    });

    private static DefaultConnectionContext ContextOf(Socket socket) => new() { LocalEndPoint = socket.LocalEndPoint, RemoteEndPoint = socket.RemoteEndPoint };

    private async Task<Stream> OpenAsync(Stream inner, CancellationToken cancellationToken, Func<SslStream, CancellationToken, Task> shakeHands)
    {
        var tls = options.RemoteCertificateMode == RemoteCertificateMode.NoCertificate
            ? new SslStream(inner)
            : new SslStream(inner, leaveInnerStreamOpen: false, (_, certificate, _, faults) => certificate is null
                ? options.RemoteCertificateMode != RemoteCertificateMode.RequireCertificate
                : faults == SslPolicyErrors.None);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(options.HandshakeTimeout);
        try
        {
            await shakeHands(tls, both.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
