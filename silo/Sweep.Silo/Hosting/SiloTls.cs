using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;
using Orleans.Hosting;
using Sweep.Grains;
using Sweep.Silo.Files;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Hosting;

/// <summary>Mutual TLS on the ports for silos and clients, and where this silo connects with others; each connection takes the files as they are then.</summary>
internal sealed class SiloTls
{
    private readonly PemFiles<ClusterCertificate> _files;
    private readonly string _name;

    private SiloTls(string certificate, string key, string authority, string name, TimeProvider time, ILogger log)
    {
        _name = name;
        _files = new("--silo-tls-certificate, --silo-tls-key and --silo-tls-ca", [certificate, key, authority], Load, Describe, time, log);
        _ = _files.Current;
    }

    /// <returns>Null when the ports are not to be encrypted.</returns>
    /// <exception cref="CertificateFileException">The files cannot be used.</exception>
    public static SiloTls? Open(TlsSettings settings, TimeProvider time, ILogger log) =>
        settings is { Certificate: { } certificate, Key: { } key, Authority: { } authority } ? new(certificate, key, authority, settings.Name, time, log) : null;

    /// <summary>Tells of changed files there.</summary>
    public void LogTo(ILogger log) => _files.LogTo(log);

    public void Secure(ISiloBuilder silo) => silo.UseTls(tls =>
    {
        tls.LocalCertificate = _files.Current.Shown.TargetCertificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        tls.OnAuthenticateAsServer = (_, handshake) => _files.Current.Secure((SslServerAuthenticationOptions)handshake.SslServerAuthenticationOptions);
        tls.OnAuthenticateAsClient = (_, handshake) => _files.Current.Secure((SslClientAuthenticationOptions)handshake.SslClientAuthenticationOptions, _name);
    });

    private ClusterCertificate Load(IReadOnlyList<string> texts)
    {
        var certificate = ClusterCertificate.FromPem(texts[0], texts[1], texts[2]);
        return certificate.FaultOfSilo(_name) is { } fault ? throw new CryptographicException(fault) : certificate;
    }

    private static string Describe(ClusterCertificate certificate)
    {
        var shown = certificate.Shown.TargetCertificate;
        return FormattableString.Invariant($"silos and clients are shown the certificate of {shown.Subject}, good until {shown.NotAfter.ToUniversalTime():u}");
    }
}
