using System.Net;

namespace Sweep.Silo.Settings;

/// <summary>What a silo does in its cluster.</summary>
public enum SiloRole
{
    /// <summary>Grains, HTTP API and page on one machine, and workers beside them.</summary>
    Both,

    /// <summary>Grains, HTTP API and page; no workers, no device.</summary>
    Control,

    /// <summary>Workers; no grains.</summary>
    Worker,
}

/// <summary>Where silos learn of one another.</summary>
public enum MembershipKind
{
    /// <summary>One silo is the primary, the others name it by <c>--join</c>. The cluster ends with the primary, and goes on when it is back.</summary>
    Primary,

    /// <summary>A table of Azure Storage: any silo may go.</summary>
    Azure,

    /// <summary>PostgreSQL: any silo may go.</summary>
    Postgres,
}

/// <summary>A silo's place in its cluster.</summary>
public sealed record ClusterSettings
{
    public SiloRole Role { get; init; } = SiloRole.Both;

    public MembershipKind Membership { get; init; } = MembershipKind.Primary;

    /// <summary>Silos of equal cluster ids form one cluster. A new one, with the same <see cref="ServiceId"/>, is a blue-green deployment.</summary>
    public string ClusterId { get; init; } = Grains.ClusterIds.Default;

    /// <summary>Grain state belongs to a service: it outlives cluster ids.</summary>
    public string ServiceId { get; init; } = Grains.ClusterIds.Default;

    /// <summary>Address that the ports for silos and clients listen on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>Address under which other silos and clients reach this one; null for <see cref="Listen"/>.</summary>
    public IPAddress? Advertise { get; init; }

    /// <summary>Silo port of the primary to join; null to be the primary. Only with <see cref="MembershipKind.Primary"/>.</summary>
    public IPEndPoint? Join { get; init; }

    /// <summary>Whether this silo hosts grains: every one but a worker, and with a primary, the primary alone.</summary>
    public bool HostsGrains => Role != SiloRole.Worker && Join is null;

    public IPAddress Reached => Advertise ?? Listen;

    /// <returns>The broken rules, each naming the flag and the value.</returns>
    public IEnumerable<string> Faults()
    {
        foreach (var (flag, id) in new[] { ("--cluster-id", ClusterId), ("--service-id", ServiceId) })
        {
            if (!Grains.PlainName.Fits(id))
            {
                yield return $"{flag} must be {Grains.PlainName.Rule}, but is '{id}'.";
            }
        }

        if (Membership != MembershipKind.Primary && Join is not null)
        {
            yield return $"--join names a primary, which there is only with --membership primary, but is {Join} with {Membership.ToString().ToLowerInvariant()}.";
        }

        if (Role == SiloRole.Control && Join is not null)
        {
            yield return $"--role control hosts grains, and with --membership primary the primary hosts them all, but --join is {Join}.";
        }

        if (Role == SiloRole.Worker && Membership == MembershipKind.Primary && Join is null)
        {
            yield return "--role worker joins a cluster, so with --membership primary there must be --join, but it is missing.";
        }

        if (Join is { } primary && !IPAddress.IsLoopback(primary.Address) && IPAddress.IsLoopback(Reached))
        {
            yield return $"--listen (and --advertise) must be an address that the primary reaches when --join is {primary}, but is {Reached}.";
        }

        if (Advertise is not null && IsEvery(Advertise))
        {
            yield return $"--advertise must be an address that others can reach, but is {Advertise}.";
        }

        if (Advertise is null && IsEvery(Listen))
        {
            yield return $"--advertise must be given when --listen is every address, but is missing and --listen is {Listen}.";
        }
    }

    internal static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
