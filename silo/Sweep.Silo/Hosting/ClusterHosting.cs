using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Sweep.Grains;
using Sweep.Silo.Files;
using Sweep.Silo.Membership;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;
using SchedulingOptions = Sweep.Scheduling.SchedulingOptions;

namespace Sweep.Silo.Hosting;

/// <summary>The ports that a silo took, when its settings said "a free one".</summary>
internal sealed record SiloPorts(int Silo, int Gateway)
{
    /// <exception cref="PortInUseException">A port that was asked for is taken.</exception>
    public static SiloPorts Choose(SiloSettings settings) => new(
        ListeningPort.Choose(settings.Cluster.Listen, "--silo-port", settings.SiloPort),
        ListeningPort.Choose(settings.Cluster.Listen, "--gateway-port", settings.GatewayPort));
}

/// <summary>Makes a silo a member of its cluster, in its role: <see cref="ClusterSettings"/> and <see cref="StorageSettings"/> as Orleans' options.</summary>
internal static class ClusterHosting
{
    private static readonly TimeSpan s_callLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A silo that misses three probes in a row is suspected, and two suspicions end it (one, where there are only two silos): 6 to 8 s, less
    /// than a lease. Shorter ones end silos that only collect garbage or wait for a busy disk.
    /// </summary>
    private static readonly TimeSpan s_probe = TimeSpan.FromSeconds(2);

    private const int MissedProbes = 3;
    private const int Votes = 2;

    public static void JoinCluster(this ISiloBuilder silo, SiloSettings settings, StateFolder state, SiloPorts ports, SiloTls? tls)
    {
        var cluster = settings.Cluster;
        silo.Configure<SiloOptions>(named => named.SiloName = settings.Name);
        silo.Configure<ClusterOptions>(ids =>
        {
            ids.ClusterId = cluster.ClusterId;
            ids.ServiceId = cluster.ServiceId;
        });
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.AdvertisedIPAddress = cluster.Reached;
            endpoints.SiloPort = ports.Silo;
            endpoints.GatewayPort = ports.Gateway;
            endpoints.SiloListeningEndpoint = new IPEndPoint(cluster.Listen, ports.Silo);
            endpoints.GatewayListeningEndpoint = new IPEndPoint(cluster.Listen, ports.Gateway);
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = s_callLimit);
        silo.Configure<ClusterMembershipOptions>(members =>
        {
            members.ProbeTimeout = s_probe;
            members.NumMissedProbesLimit = MissedProbes;
            members.NumVotesForDeathDeclaration = Votes;
        });
        tls?.Secure(silo);
        UseMembership(silo, settings, ports);
        AddGrains(silo, settings, state);
    }

    private static void UseMembership(ISiloBuilder silo, SiloSettings settings, SiloPorts ports)
    {
        var cluster = settings.Cluster;
        switch (cluster.Membership)
        {
            case MembershipKind.Primary:
                silo.UseDevelopmentClustering(cluster.Join ?? new IPEndPoint(cluster.Reached, ports.Silo));
                break;
            case MembershipKind.Azure:
                silo.UseAzureMembership(settings.Storage);
                break;
            case MembershipKind.Postgres:
                silo.UsePostgresMembership(settings.Storage);
                break;
            default:
                throw new NotSupportedException($"This build has no membership '{cluster.Membership.ToString().ToLowerInvariant()}' (--membership).");
        }
    }

    private static void AddGrains(ISiloBuilder silo, SiloSettings settings, StateFolder state)
    {
        var lease = settings.Lease;
        silo.Services.AddSweepGrains(scheduling =>
        {
            scheduling.Lease = lease;
            scheduling.BusyCall = Shorter(scheduling.BusyCall, lease / 4);
            scheduling.LastIdleCall = Shorter(scheduling.LastIdleCall, lease / 4);
            scheduling.Offer = Shorter(scheduling.Offer, lease / 2);
        });
        if (settings.Cluster.HostsGrains)
        {
            AddGrainStorage(silo, settings.Storage, state);
            silo.Services.AddHostedService<UnfinishedExperiments>();
        }
        else
        {
            // What a silo does not say it has is never placed there.
            silo.Services.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.Namespace == typeof(GrainServices).Namespace));
        }
    }

    private static void AddGrainStorage(ISiloBuilder silo, StorageSettings storage, StateFolder state)
    {
        switch (storage.Grains)
        {
            case GrainStorageKind.Files:
                silo.AddJournalGrainStorage(SchedulingOptions.Storage, state.Grains);
                break;
            case GrainStorageKind.Azure:
                silo.AddAzureGrainStorage(SchedulingOptions.Storage, storage);
                break;
            case GrainStorageKind.Postgres:
                silo.AddPostgresGrainStorage(SchedulingOptions.Storage, storage);
                break;
            default:
                throw new NotSupportedException($"This build has no grain storage '{storage.Grains.ToString().ToLowerInvariant()}' (--grain-storage).");
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
