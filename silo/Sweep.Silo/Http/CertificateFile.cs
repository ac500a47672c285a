using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Files;

namespace Sweep.Silo.Http;

/// <summary>The certificate that HTTPS shows, with those between it and its authority, and its key, from PEM files that may change.</summary>
internal sealed class CertificateFile
{
    private readonly PemFiles<SslStreamCertificateContext> _files;

    /// <exception cref="CertificateFileException">The files cannot be used.</exception>
    public CertificateFile(string certificatePath, string keyPath, TimeProvider time, ILogger<CertificateFile> log)
    {
        _files = new("--https-certificate and --https-key", [certificatePath, keyPath], Load, Describe, time, log);
        _ = _files.Current;
    }

    public SslStreamCertificateContext Current => _files.Current;

    private static SslStreamCertificateContext Load(IReadOnlyList<string> texts)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(texts[0]);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(texts[0], texts[1]), chain, offline: true);
    }

    private static string Describe(SslStreamCertificateContext certificate) =>
        FormattableString.Invariant($"the certificate of {certificate.TargetCertificate.Subject} is good until {certificate.TargetCertificate.NotAfter.ToUniversalTime():u}");
}
