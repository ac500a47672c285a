using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;
using SchedulingOptions = Sweep.Scheduling.SchedulingOptions;

namespace Sweep.Silo.Tests.Hosting;

/// <summary>What of the settings reaches Orleans, in silos that are built and not started.</summary>
public sealed class ClusterHostingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", true)]
    [InlineData("--role control", true)]
    [InlineData("--role worker --join 127.0.0.1:1", false)]
    [InlineData("--join 127.0.0.1:1", false)]
    public async Task Grains_LiveWhereTheirStateIs(string arguments, bool hosts)
    {
        await using var silo = Build(arguments);

        Assert.Equal(hosts, OptionsOf<GrainTypeOptions>(silo).Classes.Any(type => type.Assembly == typeof(Sweep.Grains.GrainServices).Assembly));
        Assert.Equal(hosts, silo.Services.GetKeyedService<IGrainStorage>(SchedulingOptions.Storage) is not null);
        Assert.Equal(hosts, silo.Services.GetServices<IHostedService>().Any(service => service is UnfinishedExperiments));
    }

    [Fact]
    public async Task NamesAndAddresses_AreTheSettings()
    {
        await using var silo = Build("--name blue-0 --cluster-id blue --service-id site --listen 0.0.0.0 --advertise 10.1.2.3");

        var endpoints = OptionsOf<EndpointOptions>(silo);
        Assert.Equal((IPAddress.Parse("10.1.2.3"), IPAddress.Any), (endpoints.AdvertisedIPAddress, endpoints.SiloListeningEndpoint!.Address));
        Assert.Equal((endpoints.SiloPort, endpoints.GatewayPort), (endpoints.SiloListeningEndpoint.Port, endpoints.GatewayListeningEndpoint!.Port));
        Assert.Equal(new IPEndPoint(endpoints.AdvertisedIPAddress, endpoints.SiloPort), OptionsOf<DevelopmentClusterMembershipOptions>(silo).PrimarySiloEndpoint);
        Assert.Equal(("blue", "site"), (OptionsOf<ClusterOptions>(silo).ClusterId, OptionsOf<ClusterOptions>(silo).ServiceId));
        Assert.Equal("blue-0", OptionsOf<SiloOptions>(silo).SiloName);
    }

    [Fact]
    public async Task Members_KnowTheirPrimary()
    {
        await using var silo = Build("--role worker --join 127.0.0.1:4711");

        Assert.Equal(IPEndPoint.Parse("127.0.0.1:4711"), OptionsOf<DevelopmentClusterMembershipOptions>(silo).PrimarySiloEndpoint);
    }

    [Fact]
    public async Task TheEnd_HasTimeForDrainingAndAMargin()
    {
        await using var silo = Build("--drain-limit 90s");

        Assert.Equal(TimeSpan.FromSeconds(110), OptionsOf<HostOptions>(silo).ShutdownTimeout);
    }

    private static T OptionsOf<T>(WebApplication silo)
        where T : class => silo.Services.GetRequiredService<IOptions<T>>().Value;

    private WebApplication Build(string arguments)
    {
        var settings = SiloSettingsReader.Read(
            ["--state", _folder.Path, "--workers", "0", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], new Dictionary<string, string>(), null);
        var state = new StateFolder(settings.StateFolder);
        state.Create();
        return SiloHost.Build(settings, state, [], null, NullLoggerProvider.Instance);
    }
}
