using System.Net;

namespace Orleans.Configuration;

/// <summary>Names the silo.</summary>
public class SiloOptions
{
    /// <summary>Default: <c>Silo_</c> and five hexadecimal digits.</summary>
    public string SiloName { get; set; } = string.Empty;
}

/// <summary>Where the silo listens, and what it tells others.</summary>
public class EndpointOptions
{
    public const int DEFAULT_SILO_PORT = 11111;
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address others connect to. Default: loopback.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>For silos. Default: 11111.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>For clients; 0 for no gateway. Default: 30000.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

    /// <summary>Where the silo really listens for silos; by default the advertised address and port.</summary>
    public IPEndPoint? SiloListeningEndpoint { get; set; }

    /// <summary>Where the silo really listens for clients; by default the advertised address and gateway port.</summary>
    public IPEndPoint? GatewayListeningEndpoint { get; set; }
}

/// <summary>The silo that a development cluster is built around.</summary>
public class DevelopmentClusterMembershipOptions
{
    /// <summary>The primary silo; null if this silo is the primary.</summary>
    public IPEndPoint? PrimarySiloEndpoint { get; set; }
}

/// <summary>How a silo's calls travel.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>When idle activations are collected.</summary>
public class GrainCollectionOptions
{
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation may idle. Default: 15 min; must be more than <see cref="CollectionQuantum"/>.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Between two looks for idle activations. Default: 1 min.</summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long activating may take. Default: 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long deactivating may take. Default: 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;

    /// <summary>Ages by full name of the grain class.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];
}

/// <summary>Options of memory grain storage.</summary>
public class MemoryGrainStorageOptions
{
    /// <summary>When the storage is initialised.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;
}
