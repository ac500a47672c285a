using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Silo.Files;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

public sealed class HttpsTests(PlayedCluster played) : IClassFixture<PlayedCluster>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string CertificatePath => _folder["tls.crt"];

    private string KeyPath => _folder["tls.key"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Https_AnswersWhoTrustsTheAuthority()
    {
        using var authority = new TestAuthority();
        authority.Issue("localhost", CertificatePath, KeyPath);
        await using var http = await ServedHttp.Start(played.Cluster, new HttpSettings { Certificate = CertificatePath, Key = KeyPath });
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = authority.Trust() });

        using var answer = await client.GetAsync($"https://localhost:{http.Address.Port}/health/live");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync($"http://localhost:{http.Address.Port}/health/live"));
    }

    [Fact]
    public async Task ChangedFiles_AreShownToWhoConnectsNext_WithoutARestart()
    {
        using var authority = new TestAuthority();
        var first = authority.Issue("localhost", CertificatePath, KeyPath);
        var time = new FakeTimeProvider();
        await using var http = await ServedHttp.Start(played.Cluster, new HttpSettings { Certificate = CertificatePath, Key = KeyPath }, time);
        Assert.Equal(first, (await Handshake(http, authority, SslProtocols.Tls13)).Serial);

        File.WriteAllText(CertificatePath, "half a file");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(first, (await Handshake(http, authority, SslProtocols.Tls13)).Serial);

        var second = authority.Issue("localhost", CertificatePath, KeyPath);
        Assert.NotEqual(first, second);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(second, (await Handshake(http, authority, SslProtocols.Tls13)).Serial);
    }

    [Fact]
    public async Task Protocols_AreTls12AndUp()
    {
        using var authority = new TestAuthority();
        authority.Issue("localhost", CertificatePath, KeyPath);
        await using var http = await ServedHttp.Start(played.Cluster, new HttpSettings { Certificate = CertificatePath, Key = KeyPath });

        Assert.Equal(SslProtocols.Tls12, (await Handshake(http, authority, SslProtocols.Tls12)).Protocol);
#pragma warning disable SYSLIB0039 // what is not to be spoken must be named
        await Assert.ThrowsAnyAsync<Exception>(() => Handshake(http, authority, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039
    }

    [Theory]
    [InlineData("not PEM", "not PEM either")]
    [InlineData(null, "x")]
    public void FilesThatCannotBeUsed_AreNamed(string? certificate, string key)
    {
        if (certificate is not null)
        {
            File.WriteAllText(CertificatePath, certificate);
        }

        File.WriteAllText(KeyPath, key);

        var refusal = Assert.Throws<CertificateFileException>(() => new CertificateFile(CertificatePath, KeyPath, TimeProvider.System, NullLogger<CertificateFile>.Instance));

        Assert.Contains(CertificatePath, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CertificateAndKey_ComeTogether()
    {
        Assert.StartsWith("--https-certificate needs --https-key", Assert.Single(new HttpSettings { Certificate = "a" }.Faults()), StringComparison.Ordinal);
        Assert.StartsWith("--https-key needs --https-certificate", Assert.Single(new HttpSettings { Key = "a" }.Faults()), StringComparison.Ordinal);
    }

    private static async Task<(string Serial, SslProtocols Protocol)> Handshake(ServedHttp http, TestAuthority authority, SslProtocols protocols)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, http.Address.Port);
        using var tls = new SslStream(tcp.GetStream());
        var options = authority.Trust();
        options.TargetHost = "localhost";
        options.EnabledSslProtocols = protocols;
        await tls.AuthenticateAsClientAsync(options);
        return (((X509Certificate2)tls.RemoteCertificate!).SerialNumber, tls.SslProtocol);
    }

    /// <summary>An authority with one between it and what it vouches for, as sites have.</summary>
    private sealed class TestAuthority : IDisposable
    {
        private static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow().AddDays(-1);

        private readonly X509Certificate2 _root;
        private readonly X509Certificate2 _between;

        public TestAuthority()
        {
            using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            _root = Request("CN=root", rootKey, isAuthority: true).CreateSelfSigned(s_from, s_from.AddYears(1));
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var between = Request("CN=between", key, isAuthority: true).Create(_root, s_from, s_from.AddDays(300), RandomNumberGenerator.GetBytes(8));
            _between = between.CopyWithPrivateKey(key);
        }

        /// <returns>Its serial number.</returns>
        public string Issue(string host, string certificatePath, string keyPath)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = Request($"CN={host}", key, isAuthority: false);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
            using var issued = request.Create(_between, s_from, s_from.AddDays(90), RandomNumberGenerator.GetBytes(8));
            File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(certificatePath, issued.ExportCertificatePem() + "\n" + _between.ExportCertificatePem() + "\n");
            return issued.SerialNumber;
        }

        /// <summary>Trusts the root alone: the one between must come with the handshake.</summary>
        public SslClientAuthenticationOptions Trust() => new()
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _root },
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        };

        public void Dispose()
        {
            _root.Dispose();
            _between.Dispose();
        }

        private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
        {
            var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
            return request;
        }
    }
}
