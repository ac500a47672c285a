using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Orleans.Runtime;

/// <summary>A silo's endpoint and generation; a silo that starts again on the same endpoint has a higher generation.</summary>
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private static readonly DateTimeOffset Epoch = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int _lastGeneration;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    public static SiloAddress Zero { get; } = New(new IPEndPoint(IPAddress.Any, 0), 0);

    public IPEndPoint Endpoint { get; }

    /// <summary>Positive for silos, negative for clients.</summary>
    public int Generation { get; }

    public bool IsClient => Generation < 0;

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    public static SiloAddress New(IPAddress address, int port, int generation) => new(new(address, port), generation);

    /// <summary>A generation above every one this process has given before.</summary>
    public static int AllocateNewGeneration()
    {
        var elapsed = (int)(TimeProvider.System.GetUtcNow() - Epoch).TotalSeconds;
        int last, next;
        do
        {
            last = Volatile.Read(ref _lastGeneration);
            next = Math.Max(elapsed, last + 1);
        }
        while (Interlocked.CompareExchange(ref _lastGeneration, next, last) != last);
        return next;
    }

    /// <summary>Reads <c>ip:port@generation</c>.</summary>
    public static SiloAddress FromParsableString(string addr) => Parse(addr);

    /// <inheritdoc cref="FromParsableString"/>
    public static SiloAddress Parse(string value) => TryParse(value, out var result)
        ? result
        : throw new FormatException($"A silo address is \"ip:port@generation\", but got \"{value}\".");

    public static bool TryParse(string? value, [NotNullWhen(true)] out SiloAddress? result)
    {
        result = null;
        var at = value?.LastIndexOf('@') ?? -1;
        if (at <= 0
            || !IPEndPoint.TryParse(value!.AsSpan(0, at), out var endpoint)
            || !int.TryParse(value.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var generation))
        {
            return false;
        }

        result = New(endpoint, generation);
        return true;
    }

    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsClient ? 'C' : 'S')}{Endpoint}:{Generation}");

    public int CompareTo(SiloAddress? other)
    {
        if (other is null)
            return 1;

        var order = Endpoint.Port.CompareTo(other.Endpoint.Port);
        if (order == 0)
            order = Generation.CompareTo(other.Generation);
        return order != 0 ? order : string.CompareOrdinal(Endpoint.Address.ToString(), other.Endpoint.Address.ToString());
    }

    public bool Equals(SiloAddress? other) => other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);
}
