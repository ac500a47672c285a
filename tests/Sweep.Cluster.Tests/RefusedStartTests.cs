using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sweep.Cluster.Tests;

/// <summary>A silo that cannot start says why, with an exit code, and touches nothing.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private const int Error = 1;
    private const int Usage = 2;
    private const int Conflict = 5;

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task SecondSiloOnTheSameFolder_NamesTheFirst()
    {
        await using var first = await SiloProcess.Start(_state.Path, "--workers", "0");

        var (code, errors) = await SiloProcess.Refused(_state.Path, "--workers", "0");

        Assert.Equal(Conflict, code);
        Assert.Contains(first.Id.ToString(CultureInfo.InvariantCulture), errors, StringComparison.Ordinal);
        Assert.Contains(_state.Path, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--silo-port")]
    [InlineData("--gateway-port")]
    [InlineData("--http-port")]
    public async Task PortInUse_IsNamed(string flag)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (code, errors) = await SiloProcess.Refused(_state.Path, "--workers", "0", flag, port);

        Assert.Equal(Conflict, code);
        Assert.Contains($"Port {port} ({flag}) must be free", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherAddressWithoutTokens_NamesTheSetting()
    {
        var (code, errors) = await SiloProcess.Refused(_state.Path, "--workers", "0", "--http", "0.0.0.0:0");

        Assert.Equal(Usage, code);
        Assert.Contains("unless --tokens (SWEEP_TOKENS) names a token file", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedTokenFile_IsNamedByItsLine()
    {
        var file = Path.Combine(_state.Path, "tokens");
        File.WriteAllText(file, "# tokens\nmine\n");

        var (code, errors) = await SiloProcess.Refused(_state.Path, "--workers", "0", "--http", "0.0.0.0:0", "--tokens", file);

        Assert.Equal(Usage, code);
        Assert.Contains($"{file}:2: a token is NAME SHA-256 SCOPE", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StateFolderThatCannotBe_IsNamed()
    {
        var file = Path.Combine(_state.Path, "file");
        File.WriteAllText(file, "");

        var (code, errors) = await SiloProcess.Refused(Path.Combine(file, "state"), "--workers", "0");

        Assert.Equal(Error, code);
        Assert.Contains(file, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EngineThatIsNotThere_IsNamed()
    {
        var (code, errors) = await SiloProcess.Refused(_state.Path, "--engine", "/no/such/engine");

        Assert.Equal(Error, code);
        Assert.Contains("'/no/such/engine'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownOption_IsAUsageError()
    {
        var (code, errors) = await SiloProcess.Refused(_state.Path, "--wrokers", "2");

        Assert.Equal(Usage, code);
        Assert.Contains("--wrokers", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_StartsNothingAndTriesTheStores()
    {
        var (code, errors) = await SiloProcess.Refused(_state.Path, "--check", "--role", "control");

        Assert.Equal((0, ""), (code, errors.Trim()));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_state.Path, "grains"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Check_NamesTheStoreThatCannotBeUsed()
    {
        var file = Path.Combine(_state.Path, "file");
        File.WriteAllText(file, "");

        var (code, errors) = await SiloProcess.Refused(_state.Path, "--check", "--role", "control", "--artifact-folder", file);

        Assert.Equal(Error, code);
        Assert.Contains("The artifact store must take a probe and give it back", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryFault_IsToldAtOnce()
    {
        var (code, errors) = await SiloProcess.Refused(_state.Path, "--role", "worker", "--lease", "soon", "--wrokers", "2", "--listen", "0.0.0.0");

        Assert.Equal(Usage, code);
        Assert.All(["--wrokers", "--lease must be a time", "there must be --join", "--advertise must be given"], fault => Assert.Contains(fault, errors, StringComparison.Ordinal));
    }
}
