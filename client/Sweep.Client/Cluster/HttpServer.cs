using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sweep.Client.Settings;

namespace Sweep.Client.Cluster;

/// <summary>A cluster's HTTP, what it asks for, and what its certificate is checked against.</summary>
/// <param name="Address">With a slash at its end.</param>
/// <param name="Token">Null to bring none.</param>
/// <param name="CaFile">PEM file of the authorities that alone are trusted; null for those of the machine.</param>
internal sealed record HttpServer(Uri Address, string? Token, string? CaFile)
{
    /// <summary>Is told every request; null for nobody.</summary>
    public Action<string>? Tell { get; init; }

    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(10);

    /// <param name="address">With a slash at its end.</param>
    /// <param name="settings">Token, authorities, and whether a token may go in the clear.</param>
    /// <exception cref="ClientException">The token cannot be read, or would go over the network for everybody to see.</exception>
    public static HttpServer At(Uri address, CommonSettings settings)
    {
        var token = settings.Token.Read();
        return token is null || settings.Insecure || address.Scheme == "https" || address.IsLoopback
            ? new HttpServer(address, token, settings.CaFile)
            : throw new ClientException(
                ExitCode.Usage,
                $"A token goes over https, or stays on this machine, but the server is {address}.",
                "Whoever is on the way can read it. On a network that nobody else is on, --insecure sends it all the same.");
    }

    /// <summary>Follows no redirect and keeps no cookie: the token goes to this address and to no other.</summary>
    /// <exception cref="ClientException">The file of authorities has none.</exception>
    public SocketsHttpHandler Handler() => new()
    {
        ConnectTimeout = s_connectLimit,
        AllowAutoRedirect = false,
        UseCookies = false,

        // What stays on this machine does not go by way of another.
        UseProxy = !Address.IsLoopback,

        // A name may come to stand for another silo while somebody watches.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        SslOptions = CaFile is null ? new SslClientAuthenticationOptions() : new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(CaFile) },
    };

    private static X509ChainPolicy Policy(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClientException(ExitCode.Usage, $"--ca-file must name a PEM file of certificates, but '{file}' cannot be used: {e.Message}");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new ClientException(ExitCode.Usage, $"--ca-file must name a PEM file of certificates, but '{file}' has none.");
    }
}
