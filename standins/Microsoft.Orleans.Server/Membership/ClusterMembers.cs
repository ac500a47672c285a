using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Wire;

namespace Orleans.Membership;

/// <summary>
/// The silos of the cluster. The primary's list is the truth: it changes as silos join, leave and are lost; members keep a copy.
/// </summary>
internal sealed class ClusterMembers : ISiloStatusOracle
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiloAddress, MembershipEntry> _entries = [];
    private readonly HashSet<ISiloStatusListener> _listeners = [];
    private readonly LocalSilo _silo;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ClusterMembers(
        LocalSilo silo, [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time, ILogger<ClusterMembers> logger)
    {
        _silo = silo;
        _time = time;
        _logger = logger;
        _entries[silo.SiloAddress] = new()
        {
            SiloAddress = silo.SiloAddress,
            SiloName = silo.Name,
            HostName = silo.DnsHostName,
            ProxyPort = silo.GatewayAddress.Endpoint.Port,
            Status = SiloStatus.Created,
            StartTime = time.GetUtcNow().UtcDateTime,
            IAmAliveTime = time.GetUtcNow().UtcDateTime,
        };
    }

    /// <summary>Called after each change of the list, outside the lock.</summary>
    public Action Changed { get; set; } = static () => { };

    public SiloStatus CurrentStatus => GetApproximateSiloStatus(_silo.SiloAddress);

    public string SiloName => _silo.Name;

    public SiloAddress SiloAddress => _silo.SiloAddress;

    public MembershipEntry Local
    {
        get
        {
            lock (_lock)
                return _entries[_silo.SiloAddress];
        }
    }

    public IReadOnlyList<MembershipEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries.Values.OrderBy(entry => entry.StartTime).ThenBy(entry => entry.SiloAddress)];
        }
    }

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress)
    {
        lock (_lock)
            return _entries.GetValueOrDefault(siloAddress)?.Status ?? SiloStatus.None;
    }

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) => Entries
        .Where(entry => !onlyActive || entry.Status == SiloStatus.Active)
        .ToDictionary(entry => entry.SiloAddress, entry => entry.Status);

    public bool TryGetSiloName(SiloAddress siloAddress, out string? siloName)
    {
        lock (_lock)
            siloName = _entries.GetValueOrDefault(siloAddress)?.SiloName;
        return siloName is not null;
    }

    public bool IsDeadSilo(SiloAddress silo) => GetApproximateSiloStatus(silo) == SiloStatus.Dead;

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_lock)
            return _listeners.Add(observer);
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_lock)
            return _listeners.Remove(observer);
    }

    public void SetLocalStatus(SiloStatus status) => Put(With(Local, status));

    /// <summary>A member has joined. An older silo on its endpoint is dead.</summary>
    public void Join(MembershipEntry entry)
    {
        foreach (var former in Entries.Where(known => known.SiloAddress.Endpoint.Equals(entry.SiloAddress.Endpoint)
            && !known.SiloAddress.Equals(entry.SiloAddress) && known.Status != SiloStatus.Dead))
        {
            Put(With(former, SiloStatus.Dead));
        }

        Put(With(entry, SiloStatus.Active));
    }

    /// <summary>A member has left or is lost.</summary>
    public void Leave(SiloAddress address)
    {
        if (Entries.FirstOrDefault(entry => entry.SiloAddress.Equals(address)) is { } entry && entry.Status != SiloStatus.Dead)
            Put(With(entry, SiloStatus.Dead));
    }

    /// <summary>The connection with the primary is lost: what it said no longer holds.</summary>
    public void LosePrimary()
    {
        foreach (var entry in Entries.Where(entry => entry.SiloAddress.Endpoint.Equals(_silo.Primary)))
            Leave(entry.SiloAddress);
    }

    /// <summary>Takes the primary's list, but for this silo's own entry. Whom a new primary does not know is gone.</summary>
    public void Take(JsonElement frame)
    {
        var list = frame.GetProperty("members").EnumerateArray().Select(ReadEntry)
            .Where(entry => !entry.SiloAddress.Equals(_silo.SiloAddress)).ToDictionary(entry => entry.SiloAddress);
        foreach (var known in Entries)
        {
            if (!list.ContainsKey(known.SiloAddress) && !known.SiloAddress.Equals(_silo.SiloAddress))
                Leave(known.SiloAddress);
        }

        foreach (var entry in list.Values)
            Put(entry);
    }

    public void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("members");
        foreach (var entry in Entries)
        {
            writer.WriteStartObject();
            WriteEntry(writer, entry);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteEntry(Utf8JsonWriter writer, MembershipEntry entry)
    {
        writer.WriteString("address", entry.SiloAddress.ToParsableString());
        writer.WriteString("name", entry.SiloName);
        writer.WriteString("host", entry.HostName);
        writer.WriteNumber("gateway", entry.ProxyPort);
        writer.WriteString("status", entry.Status.ToString());
        writer.WriteString("started", entry.StartTime);
    }

    public static MembershipEntry ReadEntry(JsonElement element) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(element.GetProperty("address").GetString()!),
        SiloName = element.GetProperty("name").GetString()!,
        HostName = element.GetProperty("host").GetString()!,
        ProxyPort = element.GetProperty("gateway").GetInt32(),
        Status = Enum.Parse<SiloStatus>(element.GetProperty("status").GetString()!),
        StartTime = element.GetProperty("started").GetDateTime(),
        IAmAliveTime = element.GetProperty("started").GetDateTime(),
    };

    public static byte[] WriteFrame(ClusterMembers members) => Frames.Write(Frames.Members, members.WriteMembers);

    private static MembershipEntry With(MembershipEntry entry, SiloStatus status) => new()
    {
        SiloAddress = entry.SiloAddress,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        ProxyPort = entry.ProxyPort,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.IAmAliveTime,
        Status = status,
    };

    private void Put(MembershipEntry entry)
    {
        ISiloStatusListener[] listeners;
        lock (_lock)
        {
            if (_entries.GetValueOrDefault(entry.SiloAddress)?.Status == entry.Status)
                return;

            entry.IAmAliveTime = _time.GetUtcNow().UtcDateTime;
            _entries[entry.SiloAddress] = entry;
            listeners = [.. _listeners];
        }

        _logger.LogInformation("Silo {Name} {Address} is {Status}.", entry.SiloName, entry.SiloAddress, entry.Status);
        foreach (var listener in listeners)
            listener.SiloStatusChangeNotification(entry.SiloAddress, entry.Status);
        Changed();
    }
}
