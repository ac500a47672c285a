using Microsoft.Extensions.DependencyInjection;
using Orleans.Connections.Security;
using Orleans.Wire;

namespace Orleans.Hosting;

/// <summary>Encrypts the connections of a silo, on both its ports, or of a client.</summary>
public static class OrleansConnectionSecurityHostingExtensions
{
    /// <exception cref="InvalidOperationException">There is no certificate.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, Action<TlsOptions> configureOptions)
    {
        Secure(builder.Services, configureOptions, isSilo: true);
        return builder;
    }

    /// <exception cref="InvalidOperationException">A certificate must be shown, but there is none.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static IClientBuilder UseTls(this IClientBuilder builder, Action<TlsOptions> configureOptions)
    {
        Secure(builder.Services, configureOptions, isSilo: false);
        return builder;
    }

    private static void Secure(IServiceCollection services, Action<TlsOptions> configure, bool isSilo)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TlsOptions();
        configure(options);
        if (options.LocalCertificate is null && (isSilo || options.ClientCertificateMode == RemoteCertificateMode.RequireCertificate))
            throw new InvalidOperationException("TLS needs a certificate (TlsOptions.LocalCertificate), but there is none.");

        if (options.LocalCertificate is { HasPrivateKey: false } certificate)
            throw new ArgumentException($"TLS needs the private key of its certificate (TlsOptions.LocalCertificate), but that of {certificate.Subject} has none.", nameof(configure));

        var streams = new TlsStreams(options);
        services.Configure<WireSecurity>(wire =>
        {
            wire.AsServer = isSilo ? streams.AcceptAsync : null;
            wire.AsClient = streams.ConnectAsync;
        });
    }
}
