using Orleans.Configuration;

namespace Orleans.Configuration
{
    /// <summary>Membership in a relational database.</summary>
    public class AdoNetClusteringSiloOptions
    {
        /// <summary>Secret.</summary>
        public string? ConnectionString { get; set; }

        /// <summary>The database's driver.</summary>
        public string Invariant { get; set; } = null!;
    }
}

namespace Orleans.Hosting
{
    /// <summary>Adds membership in a relational database to a silo.</summary>
    public static class AdoNetHostingExtensions
    {
        /// <exception cref="NotSupportedException">Always: here one primary silo hosts all grains, so a cluster has no use for a table of equals.</exception>
        public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
            throw new NotSupportedException(
                "Membership in a database needs the packages Microsoft.Orleans.Server and Microsoft.Orleans.Clustering.AdoNet: in what stands in for them, one primary silo hosts all grains.");
    }
}
