using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Sweep.Silo.Http;

/// <summary>
/// The certificate that HTTPS shows, with those between it and its authority, and its key, from PEM files. Looked at again, when somebody
/// connects, once a second; files that cannot be used leave the certificate as it is.
/// </summary>
internal sealed class CertificateFile
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private SslStreamCertificateContext _current;
    private (string Certificate, string Key) _content;
    private long _looked;

    /// <exception cref="CertificateFileException">The files cannot be used.</exception>
    public CertificateFile(string certificatePath, string keyPath, TimeProvider time, ILogger<CertificateFile> log)
    {
        (_certificatePath, _keyPath, _time, _log) = (certificatePath, keyPath, time, log);
        _content = Read();
        _current = Load(_content);
        _looked = time.GetTimestamp();
    }

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= s_look)
                {
                    _looked = _time.GetTimestamp();
                    Look();
                }

                return _current;
            }
        }
    }

    private void Look()
    {
        try
        {
            // The texts themselves: Kubernetes points a link elsewhere when a secret changes, and a clock may stand still.
            var content = Read();
            if (content == _content)
            {
                return;
            }

            // Connections that have begun go on with the one before, so it is not disposed. What is broken is complained of once.
            _content = content;
            _current = Load(content);
            _log.LogInformation("{Path} has changed; the certificate of {Subject} is good until {End:u}", _certificatePath, _current.TargetCertificate.Subject, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (CertificateFileException e)
        {
            _log.LogError("{Message} The certificate of before stays in use", e.Message);
        }
    }

    private (string Certificate, string Key) Read()
    {
        try
        {
            return (File.ReadAllText(_certificatePath), File.ReadAllText(_keyPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException($"The files of HTTPS (--https-certificate, --https-key) must be readable, but: {e.Message}");
        }
    }

    private SslStreamCertificateContext Load((string Certificate, string Key) content)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(content.Certificate);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(content.Certificate, content.Key), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(
                $"--https-certificate and --https-key must name PEM files of a certificate and its unencrypted key, but '{_certificatePath}' and '{_keyPath}' are not: {e.Message}");
        }
    }
}

/// <summary>HTTPS was asked for with files that cannot be used.</summary>
internal sealed class CertificateFileException(string message) : Exception(message);
