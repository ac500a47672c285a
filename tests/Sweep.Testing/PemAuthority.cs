using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sweep.Testing;

/// <summary>An authority that vouches for silos and clients, each with its PEM files.</summary>
public sealed class PemAuthority : IDisposable
{
    private const string Server = "1.3.6.1.5.5.7.3.1";
    private const string Client = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly X509Certificate2 _root;

    public PemAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _root = request.CreateSelfSigned(s_from, s_from.AddYears(1));
    }

    public string Pem => _root.ExportCertificatePem() + "\n";

    /// <summary>For both uses, with the name in it, as a silo has.</summary>
    public PemFolder Silo(string folder, string name = "sweep-silo") => Issue(folder, name, Server, Client);

    /// <summary>For clients alone, as somebody has who is no silo.</summary>
    public PemFolder ForClient(string folder) => Issue(folder, "client", Client);

    public void Dispose() => _root.Dispose();

    private PemFolder Issue(string folder, string name, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_root, s_from, s_from.AddDays(90), RandomNumberGenerator.GetBytes(8));
        var files = new PemFolder(folder);
        Directory.CreateDirectory(folder);
        File.WriteAllText(files.Certificate, issued.ExportCertificatePem() + "\n");
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(files.Authority, Pem);
        return files;
    }

    private static CertificateRequest Request(string name, ECDsa key) => new($"CN={name}", key, HashAlgorithmName.SHA256);
}

/// <summary>The files of one end of a connection, named as cert-manager names them.</summary>
public sealed record PemFolder(string Path)
{
    public string Certificate => System.IO.Path.Combine(Path, "tls.crt");

    public string Key => System.IO.Path.Combine(Path, "tls.key");

    public string Authority => System.IO.Path.Combine(Path, "ca.crt");
}
