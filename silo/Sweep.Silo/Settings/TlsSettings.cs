namespace Sweep.Silo.Settings;

/// <summary>How the ports for silos and clients are encrypted: by all three files, or not at all.</summary>
public sealed record TlsSettings
{
    /// <summary>Path of a PEM file with this silo's certificate and those between it and its authority.</summary>
    public string? Certificate { get; init; }

    /// <summary>Path of a PEM file with the certificate's key.</summary>
    public string? Key { get; init; }

    /// <summary>Path of a PEM file with the authorities that vouch for silos and clients.</summary>
    public string? Authority { get; init; }

    /// <summary>What every silo's certificate names.</summary>
    public string Name { get; init; } = Grains.ClusterCertificate.DefaultName;

    public bool IsOn => Certificate is not null;

    /// <returns>The broken rules, each naming the flag and the value.</returns>
    public IEnumerable<string> Faults()
    {
        var files = new[] { ("--silo-tls-certificate", Certificate), ("--silo-tls-key", Key), ("--silo-tls-ca", Authority) };
        if (files.FirstOrDefault(file => file.Item2 is not null) is (not null, not null) given)
        {
            foreach (var (flag, _) in files.Where(file => file.Item2 is null))
            {
                yield return $"{given.Item1} needs {flag}, but that is missing beside '{given.Item2}'.";
            }
        }

        if (Uri.CheckHostName(Name) != UriHostNameType.Dns)
        {
            yield return $"--silo-tls-name must be a DNS name, but is '{Name}'.";
        }
    }
}
