using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Orleans.Connections.Security;
using Orleans.Hosting;
using Sweep.Grains;

namespace Sweep.Client.Cluster;

/// <summary>Mutual TLS with a gateway, by PEM files that the environment names.</summary>
internal sealed record GatewayTls(ClusterCertificate Certificate, string Name)
{
    public const string CertificateVariable = "SWEEP_GATEWAY_TLS_CERTIFICATE";
    public const string KeyVariable = "SWEEP_GATEWAY_TLS_KEY";
    public const string AuthorityVariable = "SWEEP_GATEWAY_TLS_CA";
    public const string NameVariable = "SWEEP_GATEWAY_TLS_NAME";

    private static readonly string[] s_files = [CertificateVariable, KeyVariable, AuthorityVariable];

    /// <param name="variable">An environment variable's value; null or empty when it is not set.</param>
    /// <returns>Null when no variable names a file.</returns>
    /// <exception cref="ClientException">Not all of them do, or the files cannot be used.</exception>
    public static GatewayTls? Of(Func<string, string?> variable)
    {
        var paths = s_files.Select(name => variable(name) is { Length: > 0 } path ? path : null).ToList();
        if (paths.All(path => path is null))
        {
            return null;
        }

        if (paths.IndexOf(null) is >= 0 and var missing)
        {
            throw new ClientException(ExitCode.Usage, $"{string.Join(", ", s_files)} must be set together, but {s_files[missing]} is missing.");
        }

        try
        {
            var texts = paths.Select(path => File.ReadAllText(path!)).ToList();
            var name = variable(NameVariable) is { Length: > 0 } other ? other : ClusterCertificate.DefaultName;
            return new(ClusterCertificate.FromPem(texts[0], texts[1], texts[2]), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClientException(
                ExitCode.Usage,
                $"{string.Join(", ", s_files)} must name PEM files of a certificate, its key and an authority, but {string.Join(", ", paths.Select(path => $"'{path}'"))} cannot be used: {e.Message}");
        }
    }

    public void Secure(IClientBuilder client) => client.UseTls(tls =>
    {
        tls.LocalCertificate = Certificate.Shown.TargetCertificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        tls.OnAuthenticateAsClient = (_, handshake) => Certificate.Secure((SslClientAuthenticationOptions)handshake.SslClientAuthenticationOptions, Name);
    });
}
