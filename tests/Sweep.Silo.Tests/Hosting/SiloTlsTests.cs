using System.Net.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Grains;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Hosting;

public sealed class SiloTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PemAuthority _authority = new("authority");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void FilesOfASilo_AreTaken()
    {
        Assert.NotNull(Open(_authority.Silo(_folder["silo"])));
        Assert.NotNull(Open(_authority.Silo(_folder["other"], "lab.example.org"), "lab.example.org"));
        Assert.Null(SiloTls.Open(new TlsSettings(), TimeProvider.System, NullLogger.Instance));
    }

    [Fact]
    public void CertificateOfAClient_IsNoSilos()
    {
        var files = _authority.ForClient(_folder["client"]);

        Assert.Contains("extendedKeyUsage serverAuth, clientAuth", Assert.Throws<CertificateFileException>(() => Open(files, "client")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CertificateWithoutTheName_IsRefused()
    {
        var files = _authority.Silo(_folder["silo"], "other");

        Assert.Contains("must name sweep-silo (subjectAltName)", Assert.Throws<CertificateFileException>(() => Open(files)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls.crt", "not PEM")]
    [InlineData("tls.key", "not PEM")]
    [InlineData("ca.crt", "not PEM")]
    [InlineData("ca.crt", null)]
    public void FileThatCannotBeUsed_IsNamed(string name, string? text)
    {
        var files = _authority.Silo(_folder["silo"]);
        var path = Path.Combine(files.Path, name);
        File.Delete(path);
        if (text is not null)
        {
            File.WriteAllText(path, text);
        }

        var refusal = Assert.Throws<CertificateFileException>(() => Open(files));

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--silo-tls-ca", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyOfAnotherCertificate_IsRefused()
    {
        var files = _authority.Silo(_folder["silo"]);
        File.Copy(_authority.Silo(_folder["other"]).Key, files.Key, overwrite: true);

        Assert.Throws<CertificateFileException>(() => Open(files));
    }

    [Fact]
    public void Handshakes_AskForACertificateOfTheAuthorityAlone()
    {
        var files = _authority.Silo(_folder["silo"]);
        var certificate = ClusterCertificate.FromPem(File.ReadAllText(files.Certificate), File.ReadAllText(files.Key), File.ReadAllText(files.Authority));
        var server = new SslServerAuthenticationOptions();
        var client = new SslClientAuthenticationOptions();

        certificate.Secure(server);
        certificate.Secure(client, "sweep-silo");

        Assert.True(server.ClientCertificateRequired);
        Assert.Equal("sweep-silo", client.TargetHost);
        Assert.All(
            [server.CertificateChainPolicy!, client.CertificateChainPolicy!],
            policy => Assert.Equal(_authority.Pem.Trim(), Assert.Single(policy.CustomTrustStore).ExportCertificatePem()));
    }

    private static SiloTls? Open(PemFolder files, string name = ClusterCertificate.DefaultName) => SiloTls.Open(
        new TlsSettings { Certificate = files.Certificate, Key = files.Key, Authority = files.Authority, Name = name }, TimeProvider.System, NullLogger.Instance);
}
