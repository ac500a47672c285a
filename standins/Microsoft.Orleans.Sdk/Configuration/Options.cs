using System.Diagnostics;

namespace Orleans.Configuration;

/// <summary>Which cluster, and which service in it.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    /// <summary>Silos and clients of one cluster share it; a connection between different ones is refused.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The service, whose stored state outlives clusters.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>How calls travel.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller waits for an answer. Default: 30 s.</summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    /// <summary>The same while a debugger is attached. Default: 30 min.</summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Largest frame in bytes. Default: 100 MiB.</summary>
    public int MaxMessageBodySize { get; set; } = 100 * 1024 * 1024;

    /// <summary>Whether the callee's token is cancelled when the caller's time is over. Default: no.</summary>
    public bool CancelRequestOnTimeout { get; set; }

    /// <summary>Whether a cancelled call ends only when the callee has ended. Default: no.</summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

/// <summary>How a client's calls travel.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>How connections are made.</summary>
public class ConnectionOptions
{
    public static readonly TimeSpan DEFAULT_OPENCONNECTION_TIMEOUT = TimeSpan.FromSeconds(5);

    /// <summary>Between two attempts to reach the same endpoint. Default: 1 s.</summary>
    public TimeSpan ConnectionRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long connecting and the first exchange may take. Default: 5 s.</summary>
    public TimeSpan OpenConnectionTimeout { get; set; } = DEFAULT_OPENCONNECTION_TIMEOUT;
}

/// <summary>The gateways of a client with a fixed list.</summary>
public class StaticGatewayListProviderOptions
{
    /// <summary>As <c>gwy.tcp://ip:port/0</c>.</summary>
    public List<Uri> Gateways { get; set; } = [];
}

/// <summary>How silos watch each other.</summary>
public class ClusterMembershipOptions
{
    /// <summary>Between two probes, and how long one may take. Default: 5 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Missed probes until a silo is suspected. Default: 3.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>Votes until a silo is declared dead; never more than there are other silos. Default: 2.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>How long a silo tries to join before its start fails. Default: 5 min.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The grain classes and interfaces of a silo or client; what is removed from <see cref="Classes"/> is not hosted.</summary>
public class GrainTypeOptions
{
    public HashSet<Type> Classes { get; } = [];

    public HashSet<Type> Interfaces { get; } = [];
}
