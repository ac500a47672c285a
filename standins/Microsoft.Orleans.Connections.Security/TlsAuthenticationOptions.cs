using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>One handshake of the side that was connected to.</summary>
public class TlsServerAuthenticationOptions
{
    internal SslServerAuthenticationOptions Value { get; } = new() { ApplicationProtocols = [OrleansProtocol.First] };

    /// <summary>The platform's own options of this handshake.</summary>
    public object SslServerAuthenticationOptions => Value;
}

/// <summary>One handshake of the side that connects.</summary>
public class TlsClientAuthenticationOptions
{
    internal SslClientAuthenticationOptions Value { get; } = new() { ApplicationProtocols = [OrleansProtocol.First] };

    /// <summary>What the other side's certificate must name.</summary>
    public string? TargetHost
    {
        get => Value.TargetHost;
        set => Value.TargetHost = value;
    }

    public X509CertificateCollection? ClientCertificates
    {
        get => Value.ClientCertificates;
        set => Value.ClientCertificates = value;
    }

    /// <summary>The platform's own options of this handshake.</summary>
    public object SslClientAuthenticationOptions => Value;
}

internal static class OrleansProtocol
{
    public static readonly SslApplicationProtocol First = new("Orleans1");
}
