using System.Net;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Settings;

public sealed class SiloSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly IReadOnlyDictionary<string, string> s_nothing = new Dictionary<string, string>();

    [Fact]
    public void Flags_GoOverTheEnvironment_WhichGoesOverTheFile()
    {
        var environment = new Dictionary<string, string> { ["SWEEP_WORKERS"] = "2", ["SWEEP_LEASE"] = "20s" };

        var settings = SiloSettingsReader.Read(
            ["--workers", "3"], environment, FileOf("""{ "Silo": { "workers": 1, "lease": "30s", "hang-limit": "1h", "device": ["cuda:0", "cuda:1"] } }"""));

        Assert.Equal(3, settings.Workers);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.Lease);
        Assert.Equal(TimeSpan.FromHours(1), settings.HangLimit);
        Assert.Equal(["cuda:0", "cuda:1"], settings.Devices);
    }

    [Theory]
    [InlineData("""{ "Silo": { "wrokers": 1 } }""", "'Silo' must hold settings, but 'wrokers' is none.")]
    [InlineData("""{ "Silo": { "settings": "other.json" } }""", "'Silo' must hold settings, but 'settings' is none.")]
    [InlineData("""{ "silo": { } }""", "must hold 'Silo' and nothing else, but holds 'silo'.")]
    [InlineData("""{ "Silo": { "workers": true } }""", "'workers' must be text or a number, but is a truth value.")]
    [InlineData("""{ "Silo": { "workers": [1] } }""", "'workers' must be one value, but is a list.")]
    [InlineData("""{ "Silo": { "workers": 1, "workers": 2 } }""", "must be JSON without a name twice")]
    [InlineData("""{ "Silo": """, "must be JSON without a name twice")]
    [InlineData("[]", "must hold one object, { \"Silo\": { … } }, but holds a list.")]
    public void File_IsNamedWithWhatIsNoSettingInIt(string content, string fault)
    {
        var file = FileOf(content);

        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read(["--settings", file], s_nothing, null));

        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_MustBeThereWhenItIsNamed_AndMayBeAbsentOtherwise()
    {
        SiloSettingsReader.Read([], s_nothing, "/no/such/appsettings.json");

        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read([], new Dictionary<string, string> { ["SWEEP_SETTINGS"] = "/no/such/file.json" }, null));
        Assert.Contains("'/no/such/file.json'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_SayWhereAValueCameFrom()
    {
        var file = FileOf("""{ "Silo": { "workers": "many" } }""");

        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read([], new Dictionary<string, string> { ["SWEEP_LEASE"] = "soon" }, file));

        Assert.Contains($"--workers must be a count, but is 'many' ('workers' in {file}).", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--lease must be a time, but is 'soon' (SWEEP_LEASE).", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pod_GivesNameAndAddress_WhenNothingElseIsSaid()
    {
        var pod = new Dictionary<string, string> { ["POD_NAME"] = "sweep-worker-0", ["POD_IP"] = "10.1.2.3" };

        var said = SiloSettingsReader.Read(["--name", "mine", "--listen", "127.0.0.1"], pod, null);
        var silent = SiloSettingsReader.Read([], pod, null);
        var child = SiloSettingsReader.Read(["--parent-pid", "1"], pod, null);

        Assert.Equal(("mine", IPAddress.Loopback), (said.Name, said.Cluster.Reached));
        Assert.Equal(("sweep-worker-0", IPAddress.Any, IPAddress.Parse("10.1.2.3")), (silent.Name, silent.Cluster.Listen, silent.Cluster.Reached));
        Assert.Equal(("primary", IPAddress.Loopback), (child.Name, child.Cluster.Reached));
    }

    [Theory]
    [InlineData("--role control --workers 2", "--role control has no workers, but --workers is 2.")]
    [InlineData("--role control --device cpu", "--role control starts no engine, but --device is given.")]
    [InlineData("--role worker", "--role worker joins a cluster, so with --membership primary there must be --join, but it is missing.")]
    [InlineData("--role control --join 127.0.0.1:1", "the primary hosts them all, but --join is 127.0.0.1:1.")]
    [InlineData("--join 10.0.0.1:1", "--listen (and --advertise) must be an address that the primary reaches when --join is 10.0.0.1:1, but is 127.0.0.1.")]
    [InlineData("--listen 0.0.0.0", "--advertise must be given when --listen is every address")]
    [InlineData("--silo-tls-certificate /a", "--silo-tls-certificate needs --silo-tls-key, but that is missing beside '/a'.")]
    [InlineData("--silo-tls-certificate /a --silo-tls-key /b", "--silo-tls-certificate needs --silo-tls-ca, but that is missing beside '/a'.")]
    [InlineData("--silo-tls-ca /c", "--silo-tls-ca needs --silo-tls-certificate, but that is missing beside '/c'.")]
    [InlineData("--silo-tls-name 10.0.0.1", "--silo-tls-name must be a DNS name, but is '10.0.0.1'.")]
    [InlineData("--membership azure", "--membership azure needs --azure (SWEEP_AZURE), but it is missing.")]
    [InlineData("--membership postgres --postgres Host=x", "--grain-storage must be one that every control silo reaches when --membership is postgres, but is files.")]
    [InlineData("--membership postgres --postgres Host=x --role worker", "--artifact-folder must name a folder that every silo sees when --membership is postgres")]
    [InlineData("--artifact-store azure --azure x --artifact-folder /tmp", "--artifact-folder needs --artifact-store folder, but that is azure.")]
    [InlineData("--silo-port 4000 --gateway-port 4000", "--silo-port and --gateway-port must be different ports, but are 4000.")]
    [InlineData("--cluster-id Blue!", "--cluster-id must be 1 to 63 lower-case letters, digits and inner hyphens, but is 'Blue!'.")]
    public void Contradictions_AreNamed(string arguments, string fault) => Assert.Contains(
        fault,
        Assert.Throws<UsageException>(() => SiloSettingsReader.Read(arguments.Split(' '), s_nothing, null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Secrets_AreNeverTold()
    {
        const string Secret = "AccountKey=c2VjcmV0";
        const string Account = "AccountName=acme;" + Secret;
        string[] stores = ["--azure", Account, "--postgres", Secret];

        var settings = SiloSettingsReader.Read(stores, s_nothing, null);
        var refusal = Assert.Throws<UsageException>(() => SiloSettingsReader.Read(
            [.. stores, "--membership", "postgres", "--grain-storage", "files", "--artifact-folder", "/tmp", "--artifact-store", "azure", "--workers", "x"], s_nothing, null));

        Assert.Equal(Account, settings.Storage.Azure);
        Assert.DoesNotContain(Secret, settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal.Message, StringComparison.Ordinal);
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

    public void Dispose() => _folder.Dispose();

    private string FileOf(string content)
    {
        var path = Path.Combine(_folder.Path, "silo.json");
        File.WriteAllText(path, content);
        return path;
    }
}
