using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;

namespace Sweep.Client.Tests;

/// <summary>A silo's own HTTP, gate and all, before a cluster that a test fills; over TLS where there is a certificate.</summary>
internal sealed class ServedSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedSilo(WebApplication app) => _app = app;

    public string Address => _app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <param name="before">Meets every request first, and may answer it, or end it, in the silo's place.</param>
    public static async Task<ServedSilo> Start(
        ISweepApi cluster, HttpSettings settings, X509Certificate2? certificate = null, Func<HttpContext, RequestDelegate, Task>? before = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(cluster);
        builder.Services.AddSingleton(new SiloHealth { Joined = () => true, Stopping = () => false, WorkersFault = () => null });
        builder.Services.AddSingleton(new TrialModels(cluster, grains: null!, store: new DirectoryArtifactStore("unused"), "unused"));
        var app = builder.Build();
        if (before is not null)
        {
            app.Use(before);
        }

        app.ServeHttp(settings, SiloRole.Both);
        await app.StartAsync();
        return new ServedSilo(app);
    }

    /// <summary>One that signs itself, for localhost.</summary>
    public static X509Certificate2 Certificate(string host = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var signed = request.CreateSelfSigned(start, start.AddYears(100));

        // Kestrel wants a key that has been stored once.
        return X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), password: null);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
