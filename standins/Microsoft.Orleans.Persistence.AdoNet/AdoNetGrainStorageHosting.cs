using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting
{
    /// <summary>Adds grain storage in a relational database to a silo.</summary>
    public static class AdoNetGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddAdoNetGrainStorage(
            this ISiloBuilder builder, string name, Action<AdoNetGrainStorageOptions> configureOptions) =>
            builder.ConfigureServices(services => services.AddAdoNetGrainStorage(name, configureOptions));

        public static ISiloBuilder AddAdoNetGrainStorage(
            this ISiloBuilder builder, string name, Action<OptionsBuilder<AdoNetGrainStorageOptions>>? configureOptions = null) =>
            builder.ConfigureServices(services => services.AddAdoNetGrainStorage(name, configureOptions));
    }

    /// <summary>The same on the services of a silo.</summary>
    public static class AdoNetGrainStorageServiceCollectionExtensions
    {
        public static IServiceCollection AddAdoNetGrainStorage(
            this IServiceCollection services, string name, Action<AdoNetGrainStorageOptions> configureOptions) =>
            services.AddAdoNetGrainStorage(name, (OptionsBuilder<AdoNetGrainStorageOptions> options) => options.Configure(configureOptions));

        public static IServiceCollection AddAdoNetGrainStorage(
            this IServiceCollection services, string name, Action<OptionsBuilder<AdoNetGrainStorageOptions>>? configureOptions = null)
        {
            configureOptions?.Invoke(services.AddOptions<AdoNetGrainStorageOptions>(name));
            services.AddTransient<IConfigurationValidator>(provider =>
                new AdoNetGrainStorageValidator(provider.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(name), name));
            return services.AddGrainStorage(name, AdoNetGrainStorageFactory.Create);
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>Makes a storage from the options of its name.</summary>
    public static class AdoNetGrainStorageFactory
    {
        public static AdoNetGrainStorage Create(IServiceProvider services, string name) => new(
            services.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(name),
            name,
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId);
    }

    internal sealed class AdoNetGrainStorageValidator(AdoNetGrainStorageOptions options, string name) : IConfigurationValidator
    {
        private const string Package = "Microsoft.Orleans.Persistence.AdoNet";

        public void ValidateConfiguration()
        {
            if (string.IsNullOrWhiteSpace(options.ConnectionString))
            {
                throw new OrleansConfigurationException(
                    $"AdoNetGrainStorageOptions.ConnectionString of grain storage \"{name}\" must be set, but is empty.");
            }

            if (options.Invariant != "Npgsql")
            {
                throw new NotSupportedException(
                    $"AdoNetGrainStorageOptions.Invariant of grain storage \"{name}\" is \"{options.Invariant}\": any but Npgsql needs the package {Package}.");
            }

            if (options.GrainStorageSerializer is null)
            {
                throw new NotSupportedException(
                    $"AdoNetGrainStorageOptions.GrainStorageSerializer of grain storage \"{name}\" is not set: the default one needs the package {Package}.");
            }
        }
    }
}
