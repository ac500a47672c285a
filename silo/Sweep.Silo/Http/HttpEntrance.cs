using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Files;
using Sweep.Silo.Settings;
using Sweep.Silo.Web;

namespace Sweep.Silo.Http;

/// <summary>Everything that HTTP serves, behind one gate.</summary>
internal static class HttpEntrance
{
    public static void ListenHttp(this WebApplicationBuilder builder, HttpSettings settings, int port)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.LargestBody;
            kestrel.Listen(settings.Address, port, listen =>
            {
                if (kestrel.ApplicationServices.GetService<CertificateFile>() is { } certificate)
                {
                    listen.UseHttps(Handshake(certificate));
                }
            });
        });
        if (settings is { Certificate: { } path, Key: { } key })
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.Services.AddSingleton(services => new CertificateFile(
                path, key, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<CertificateFile>>()));
        }

        builder.Services.AddSingleton(settings);
    }

    private static TlsHandshakeCallbackOptions Handshake(CertificateFile certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    };

    /// <summary>A worker serves health, and metrics, to whoever runs the cluster; experiments are the control silos'.</summary>
    /// <exception cref="TokenFileException">The token file cannot be used.</exception>
    /// <exception cref="CertificateFileException">The files of HTTPS cannot be used.</exception>
    public static void ServeHttp(this WebApplication app, HttpSettings settings, SiloRole role)
    {
        _ = app.Services.GetService<CertificateFile>(); // now, not when somebody connects
        var time = app.Services.GetRequiredService<TimeProvider>();
        var tokens = settings.Tokens is { } path ? new TokenFile(path, time, app.Services.GetRequiredService<ILogger<TokenFile>>()) : null;
        var gate = new AccessGate(settings, tokens, time);
        app.Use(ResponseHeaders.Add);
        app.UseRouting();
        app.Use(gate.Pass);
        app.MapHealth();
        if (role == SiloRole.Worker)
        {
            return;
        }

        app.MapSweepApi();
        app.MapPages();
        if (tokens is not null)
        {
            app.MapSignIn(tokens);
        }
    }
}
