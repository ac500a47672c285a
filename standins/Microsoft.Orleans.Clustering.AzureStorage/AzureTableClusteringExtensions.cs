using Microsoft.Extensions.Options;
using Orleans.Clustering.AzureStorage;

namespace Orleans.Hosting;

/// <summary>Clusters whose silos find one another in a table of Azure Storage.</summary>
public static class AzureTableClusteringExtensions
{
    private const string Refusal =
        "Membership in a table of Azure Storage needs the package Microsoft.Orleans.Clustering.AzureStorage with Microsoft.Orleans.Server. "
        + "This build has stand-ins for them (PackageSource=standins), whose clusters stand around one primary silo: "
        + "build from a feed that serves the packages (PackageSource=feed), or use UseDevelopmentClustering.";

    /// <exception cref="NotSupportedException">Always.</exception>
    public static ISiloBuilder UseAzureStorageClustering(this ISiloBuilder builder, Action<AzureStorageClusteringOptions> configureOptions) =>
        throw new NotSupportedException(Refusal);

    /// <inheritdoc cref="UseAzureStorageClustering(ISiloBuilder, Action{AzureStorageClusteringOptions})"/>
    public static ISiloBuilder UseAzureStorageClustering(
        this ISiloBuilder builder, Action<OptionsBuilder<AzureStorageClusteringOptions>> configureOptions) =>
        throw new NotSupportedException(Refusal);
}
