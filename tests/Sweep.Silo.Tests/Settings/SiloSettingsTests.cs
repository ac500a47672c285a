using System.Net;
using Microsoft.Extensions.Configuration;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Settings;

public sealed class SiloSettingsTests
{
    private static readonly IReadOnlyDictionary<string, string> s_nothing = new Dictionary<string, string>();

    [Fact]
    public void Flags_GoOverTheEnvironment_WhichGoesOverTheFile()
    {
        var environment = new Dictionary<string, string> { ["SWEEP_WORKERS"] = "2", ["SWEEP_LEASE"] = "20s" };
        var file = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["workers"] = "1", ["lease"] = "30s", ["hang-limit"] = "1h" }).Build();

        var settings = SiloSettingsReader.Read(["--workers", "3"], environment, file);

        Assert.Equal(3, settings.Workers);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.Lease);
        Assert.Equal(TimeSpan.FromHours(1), settings.HangLimit);
    }

    [Fact]
    public void Defaults_AreAPrimaryOnFreePorts()
    {
        var settings = SiloSettingsReader.Read([], new Dictionary<string, string> { ["SWEEP_STATE"] = "/tmp/state" }, null);

        Assert.Equal("/tmp/state", settings.StateFolder);
        Assert.Equal("primary", settings.Name);
        Assert.Null(settings.Cluster.Join);
        Assert.Equal((0, 0, 0), (settings.SiloPort, settings.GatewayPort, settings.Http.Port));
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Lease);
    }

    [Fact]
    public void DeviceModels_ReachTheEngine()
    {
        var settings = SiloSettingsReader.Read([], s_nothing, null);

        var execution = SiloHost.Engine(settings, new StateFolder("/tmp/state"), new DeviceSlot("cpu", 0, 1), "sweep-engine").Execution;

        Assert.Contains("cpu", execution.DeviceModels!);
    }

    [Fact]
    public void Execution_ReachesTheEngine()
    {
        var settings = SiloSettingsReader.Read(["--micro-batch", "32", "--loader-threads", "3"], s_nothing, null);

        var execution = SiloHost.Engine(settings, new StateFolder("/tmp/state"), new DeviceSlot("cuda:1", 0, 4), "sweep-engine").Execution;

        Assert.Equal(("cuda:1", 4, 32, 3), (execution.Device, execution.Threads, execution.MicroBatch, execution.LoaderThreads));
    }

    [Fact]
    public void State_IsTheUsersStateFolderUnlessNamed() => Assert.Equal(
        "/home/user/state/sweep", SiloSettingsReader.Read([], new Dictionary<string, string> { ["XDG_STATE_HOME"] = "/home/user/state" }, null).StateFolder);

    [Fact]
    public void Join_IsAnEndPoint() => Assert.Equal(
        new IPEndPoint(IPAddress.Loopback, 11111), SiloSettingsReader.Read(["--join", "127.0.0.1:11111"], s_nothing, null).Cluster.Join);

    [Fact]
    public void Flags_MayRepeat_AndBeJoinedByEquals() =>
        Assert.Equal(["cuda:0", "cuda:1"], SiloSettingsReader.Read(["--device=cuda:0", "--device", "cuda:1"], s_nothing, null).Devices);

    [Theory]
    [InlineData("--workers", "-1", "--workers must be at least 0, but is -1.")]
    [InlineData("--workers", "many", "--workers must be a count, but is 'many'.")]
    [InlineData("--threads", "0", "--threads must be at least 1, but is 0.")]
    [InlineData("--micro-batch", "0", "--micro-batch must be at least 1, but is 0.")]
    [InlineData("--loader-threads", "0", "--loader-threads must be at least 1, but is 0.")]
    [InlineData("--silo-port", "65536", "--silo-port must lie in [0, 65535], but is 65536.")]
    [InlineData("--name", "Big Silo", "--name must be 1 to 63 lower-case letters, digits and inner hyphens, but is 'Big Silo'.")]
    [InlineData("--http", "nowhere:80", "--http must be an address:port, but is 'nowhere:80'.")]
    [InlineData("--http", "10.0.0.1", "--http must be an address:port, but is '10.0.0.1'.")]
    [InlineData("--http", "10.0.0.1:65536", "--http must be an address:port, but is '10.0.0.1:65536'.")]
    [InlineData("--http", "0.0.0.0:8080", "--http must be a loopback address unless --tokens (SWEEP_TOKENS) names a token file, but is 0.0.0.0:8080.")]
    [InlineData("--http", "[::]:8080", "--http must be a loopback address unless --tokens (SWEEP_TOKENS) names a token file, but is [::]:8080.")]
    [InlineData("--http-body", "0", "--http-body must be at least 1, but is 0.")]
    [InlineData("--http-depth", "0", "--http-depth must be at least 1, but is 0.")]
    [InlineData("--token-rate", "0", "--token-rate must be at least 1, but is 0.")]
    [InlineData("--address-rate", "-1", "--address-rate must be at least 1, but is -1.")]
    [InlineData("--device", "gpu", "--device must be cpu or cuda:N, but is 'gpu'.")]
    [InlineData("--data", "/no/such/folder", "--data must name a folder that exists, but '/no/such/folder' does not.")]
    [InlineData("--join", "nowhere", "--join must be a host:port, but is 'nowhere'.")]
    [InlineData("--lease", "10", "--lease must be a time, but is '10'.")]
    [InlineData("--lease", "100ms", "--lease must be at least 1 s, because workers call three times in it, but is 00:00:00.1000000.")]
    [InlineData("--pack", "0", "--pack must be at least 1, but is 0.")]
    [InlineData("--memory", "much", "--memory must be a size, but is 'much'.")]
    [InlineData("--memory", "0", "--memory must be at least 1 byte, but is 0.")]
    [InlineData("--spot-limit", "0s", "--spot-limit must be longer than 0, but is 00:00:00.")]
    [InlineData("--spot-notice", "http://", "--spot-notice must be a file or an http(s) address, but is 'http://'.")]
    [InlineData("--hang-limit", "0s", "--hang-limit must be longer than 0, but is 00:00:00.")]
    public void Faults_NameTheFlagAndTheValue(string flag, string value, string fault)
    {
        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read([flag, value], s_nothing, null));

        Assert.Equal(fault, refusal.Message);
    }

    [Theory]
    [InlineData("0.0.0.0:8080", "0.0.0.0", 8080)]
    [InlineData("[::]:0", "::", 0)]
    [InlineData("localhost:80", "127.0.0.1", 80)]
    public void Http_MayListenAnywhereWithTokens(string text, string address, int port)
    {
        var settings = SiloSettingsReader.Read(["--http", text], new Dictionary<string, string> { ["SWEEP_TOKENS"] = "/etc/sweep/tokens" }, null);

        Assert.Equal((IPAddress.Parse(address), port, "/etc/sweep/tokens"), (settings.Http.Address, settings.Http.Port, settings.Http.Tokens));
    }

    [Fact]
    public void Http_SaysThePortOnce()
    {
        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read(["--http", "[::1]:80", "--http-port", "80"], s_nothing, null));

        Assert.Equal("--http says the port, so --http-port must not be given beside it.", refusal.Message);
    }

    [Fact]
    public void Faults_AreAllNamedAtOnce()
    {
        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read(["--workers", "many", "--threads", "0"], s_nothing, null));

        Assert.Equal(2, refusal.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("--wrokers", "3")]
    [InlineData("workers", "3")]
    public void UnknownFlags_AreRefused(params string[] arguments) =>
        Assert.Contains(arguments[0], Assert.Throws<UsageException>(() => SiloSettingsReader.Read(arguments, s_nothing, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void AFlagWithoutItsValue_IsRefused() =>
        Assert.Equal("--lease needs a value.", Assert.Throws<UsageException>(() => SiloSettingsReader.Read(["--lease"], s_nothing, null)).Message);

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("512Mi", 512L << 20)]
    [InlineData("1.5Gi", 3L << 29)]
    [InlineData("2Ti", 2L << 40)]
    public void Sizes_MayHaveUnits(string text, long bytes) => Assert.Equal(bytes, SiloSettingsReader.ParseSize(text));

    [Fact]
    public void SpotNotice_IsAFileOrAnAddress()
    {
        Assert.Null(SiloSettingsReader.Read(["--spot-notice", "/run/notice"], s_nothing, null).Spot.Address);
        Assert.Equal(new Uri("http://169.254.169.254/x"), SiloSettingsReader.Read(["--spot-notice", "http://169.254.169.254/x"], s_nothing, null).Spot.Address);
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    public void Times_HaveUnits(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), SiloSettingsReader.ParseTime(text));
}
