using Orleans.Clustering.AzureStorage;
using Orleans.Hosting;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Membership;

/// <summary>Silos that find one another in a table of Azure Storage.</summary>
public static class AzureMembership
{
    /// <exception cref="UsageException"><c>--azure</c> is no account, or does not tell where its tables are.</exception>
    /// <exception cref="NotSupportedException">This build has no such membership; the message says which package does.</exception>
    public static ISiloBuilder UseAzureMembership(this ISiloBuilder builder, StorageSettings storage)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(storage);
        var tables = AzureClients.For(storage).Tables();
        return builder.UseAzureStorageClustering((AzureStorageClusteringOptions options) =>
        {
            options.TableServiceClient = tables;
            options.TableName = storage.MembershipTable;
        });
    }
}
