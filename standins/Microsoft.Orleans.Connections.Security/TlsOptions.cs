using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Connections.Security;

/// <summary>What is asked of the other side.</summary>
public enum RemoteCertificateMode
{
    /// <summary>No certificate.</summary>
    NoCertificate,

    /// <summary>A certificate, which may be missing.</summary>
    AllowCertificate,

    /// <summary>A certificate that holds.</summary>
    RequireCertificate,
}

/// <summary>How connections are encrypted. A certificate holds if the platform finds no fault with it, by the rules that the two callbacks set.</summary>
public class TlsOptions
{
    private TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What this side shows, with its private key.</summary>
    public X509Certificate2? LocalCertificate { get; set; }

    /// <summary>What is asked of whoever is at the other end. Default: a certificate.</summary>
    public RemoteCertificateMode RemoteCertificateMode { get; set; } = RemoteCertificateMode.RequireCertificate;

    /// <summary>Whether this side shows a certificate where it connects. Default: if it has one that may be.</summary>
    public RemoteCertificateMode ClientCertificateMode { get; set; } = RemoteCertificateMode.AllowCertificate;

    /// <summary>Default: 1.2 and 1.3.</summary>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Called for each accepted connection, before the handshake.</summary>
    public Action<ConnectionContext, TlsServerAuthenticationOptions>? OnAuthenticateAsServer { get; set; }

    /// <summary>Called for each opened connection, before the handshake.</summary>
    public Action<ConnectionContext, TlsClientAuthenticationOptions>? OnAuthenticateAsClient { get; set; }

    /// <summary>How long a handshake may take. Default: 10 s.</summary>
    public TimeSpan HandshakeTimeout
    {
        get => _handshakeTimeout;
        set
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(value), $"HandshakeTimeout must be positive, but is {value}.");

            _handshakeTimeout = value;
        }
    }
}
