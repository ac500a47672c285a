using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>The life of a silo.</summary>
    [GenerateSerializer]
    public enum SiloStatus
    {
        None = 0,
        Created = 1,
        Joining = 2,
        Active = 3,
        ShuttingDown = 4,
        Stopping = 5,
        Dead = 6,
    }

    /// <summary>Questions to a <see cref="SiloStatus"/>.</summary>
    public static class SiloStatusExtensions
    {
        public static bool IsTerminating(this SiloStatus siloStatus) =>
            siloStatus is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead;
    }

    /// <summary>The silo of this process.</summary>
    public interface ILocalSiloDetails
    {
        string Name { get; }

        string ClusterId { get; }

        string DnsHostName { get; }

        SiloAddress SiloAddress { get; }

        SiloAddress GatewayAddress { get; }
    }

    /// <summary>Answers questions about the cluster; its key is 0.</summary>
    public interface IManagementGrain : IGrainWithIntegerKey
    {
        Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

        Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false);

        Task<int> GetTotalActivationCount();

        /// <summary>Deactivates what has idled for at least <paramref name="ageLimit"/>.</summary>
        Task ForceActivationCollection(TimeSpan ageLimit);
    }
}

namespace Orleans
{
    /// <summary>One silo as the cluster sees it.</summary>
    [GenerateSerializer]
    public sealed class MembershipEntry
    {
        [Id(0)]
        public SiloAddress SiloAddress { get; set; } = null!;

        [Id(1)]
        public SiloStatus Status { get; set; }

        [Id(3)]
        public int ProxyPort { get; set; }

        [Id(4)]
        public string HostName { get; set; } = string.Empty;

        [Id(5)]
        public string SiloName { get; set; } = string.Empty;

        [Id(9)]
        public DateTime StartTime { get; set; }

        [Id(10)]
        public DateTime IAmAliveTime { get; set; }

        public override string ToString() => $"[{SiloName} {SiloAddress} {Status}]";
    }
}
