using System.Net;

namespace Sweep.Silo.Settings;

/// <summary>Where HTTP listens, whom it lets in, and how much it takes from anybody.</summary>
public sealed record HttpSettings
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>The option that the port came by, for messages.</summary>
    public string Flag { get; init; } = "--http-port";

    /// <summary>Path of the token file; null to let in everybody on this machine.</summary>
    public string? Tokens { get; init; }

    /// <summary>Path of a PEM file with the certificate of HTTPS and those between it and its authority; null for plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>Path of a PEM file with the certificate's key.</summary>
    public string? Key { get; init; }

    public bool IsHttps => Certificate is not null;

    /// <summary>Bytes of one request. A spec of more than 256 Ki characters is refused anyway.</summary>
    public int LargestBody { get; init; } = 1 << 20;

    /// <summary>Levels of a request's JSON. A spec has at most 12.</summary>
    public int GreatestDepth { get; init; } = 32;

    /// <summary>Requests a minute with one token.</summary>
    public int TokenRate { get; init; } = 6000;

    /// <summary>Requests a minute from one address, with whatever token or none.</summary>
    public int AddressRate { get; init; } = 6000;

    /// <returns>The broken rules, each naming the flag and the value.</returns>
    public IEnumerable<string> Faults()
    {
        if (!IPAddress.IsLoopback(Address) && Tokens is null)
        {
            var listen = new IPEndPoint(Address, Math.Clamp(Port, 0, IPEndPoint.MaxPort));
            yield return $"--http must be a loopback address unless --tokens (SWEEP_TOKENS) names a token file, but is {listen}.";
        }

        if (Certificate is null != Key is null)
        {
            yield return Key is null
                ? $"--https-certificate needs --https-key, but that is missing beside '{Certificate}'."
                : $"--https-key needs --https-certificate, but that is missing beside '{Key}'.";
        }

        foreach (var (flag, count) in new[]
        {
            ("--http-body", LargestBody),
            ("--http-depth", GreatestDepth),
            ("--token-rate", TokenRate),
            ("--address-rate", AddressRate),
        })
        {
            if (count < 1)
            {
                yield return FormattableString.Invariant($"{flag} must be at least 1, but is {count}.");
            }
        }
    }
}
