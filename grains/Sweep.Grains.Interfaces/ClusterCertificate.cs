using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sweep.Grains;

/// <summary>
/// What one end of a connection between silos, or of a client with its gateway, shows and asks for: both ends show a certificate, and hold with
/// the other's if one of the given authorities, and no other, vouches for it. Whoever connects also asks for a name, the same for every silo, which
/// tells silos from clients: silos come and go by address.
/// </summary>
/// <param name="Shown">This end's certificate with its key, and those between it and its authority.</param>
/// <param name="Authorities">Trusted for the other end, and nobody else.</param>
public sealed record ClusterCertificate(SslStreamCertificateContext Shown, X509Certificate2Collection Authorities)
{
    /// <summary>What every silo's certificate names, unless another name is agreed on.</summary>
    public const string DefaultName = "sweep-silo";

    private static readonly Oid s_server = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid s_client = new("1.3.6.1.5.5.7.3.2");

    /// <param name="certificate">PEM of the certificate, and of those between it and its authority.</param>
    /// <param name="key">PEM of its key, not encrypted.</param>
    /// <param name="authorities">PEM of one authority or more.</param>
    /// <exception cref="CryptographicException">One of them is something else.</exception>
    public static ClusterCertificate FromPem(string certificate, string key, string authorities)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(authorities);
        if (trusted.Count == 0)
        {
            throw new CryptographicException("there must be at least one certificate of an authority, but there is none.");
        }

        X509Certificate2 own;
        try
        {
            own = X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e); // another certificate's key
        }

        return new(SslStreamCertificateContext.Create(own, chain, offline: true), trusted);
    }

    /// <summary>For the end that was connected to.</summary>
    public void Secure(SslServerAuthenticationOptions handshake)
    {
        handshake.ServerCertificateSelectionCallback = null;
        handshake.ServerCertificate = null;
        handshake.ServerCertificateContext = Shown;
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = Trust(s_client);
        handshake.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handshake.AllowTlsResume = false; // else an authority that is trusted no longer would still be
    }

    /// <summary>For the end that connects.</summary>
    public void Secure(SslClientAuthenticationOptions handshake, string name)
    {
        handshake.TargetHost = name;
        handshake.LocalCertificateSelectionCallback = null;
        handshake.ClientCertificates = null;
        handshake.ClientCertificateContext = Shown;
        handshake.CertificateChainPolicy = Trust(s_server);
        handshake.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handshake.AllowTlsResume = false;
    }

    /// <summary>What every other silo will find wrong with this certificate when a silo shows it, whoever vouches for it; null for nothing.</summary>
    public string? FaultOfSilo(string name)
    {
        var own = Shown.TargetCertificate;
        if (!own.MatchesHostname(name, allowCommonName: false))
        {
            return $"a silo's certificate must name {name} (subjectAltName), but that of {own.Subject} does not.";
        }

        var uses = own.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).Select(use => use.Value).ToList();
        return uses.Count > 0 && !(uses.Contains(s_server.Value) && uses.Contains(s_client.Value))
            ? $"a silo's certificate must be for servers and clients (extendedKeyUsage serverAuth, clientAuth), but that of {own.Subject} is for one alone."
            : null;
    }

    private X509ChainPolicy Trust(Oid use)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        policy.ApplicationPolicy.Add(use);
        return policy;
    }
}
