using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sweep.Testing;

namespace Sweep.Cluster.Tests;

/// <summary>A control silo whose ports ask for TLS; who may join it, who may ask it, and who may not.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryState _root = new();
    private readonly PemAuthority _authority = new("authority");
    private readonly PemAuthority _other = new("other authority");

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task SilosOfTheAuthority_Join_AndOthersAreRefused()
    {
        await using var control = await Control(_authority.Silo(At("control-tls")));
        await using var worker = await SiloProcess.Start(At("worker"), Worker("worker", control, _authority.Silo(At("worker-tls"))));
        await Joined(control, "worker");

        await IsRefused("plain", control, files: null);
        await IsRefused("stranger", control, _other.Silo(At("stranger-tls")));

        // It holds with the control silo, but not the control silo with it.
        var half = _other.Silo(At("half-tls"));
        File.WriteAllText(half.Authority, _authority.Pem);
        await IsRefused("half", control, half);
        Assert.Equal("worker", Assert.Single((await control.Queue()).Workers).Silo);
    }

    [Fact]
    public async Task ASiloWithTls_DoesNotJoinOneWithout()
    {
        await using var control = await Control(files: null);

        await using var worker = SiloProcess.Begin(At("worker"), Worker("worker", control, _authority.Silo(At("worker-tls"))));

        await Waiting.For("the worker should see no TLS", s_limit, () => Task.FromResult(Seen(worker.Errors) > 0 || worker.Errors.Contains("does not answer yet", StringComparison.Ordinal) ? "so" : null), () => worker.Errors);
        Assert.Empty((await control.Queue()).Workers);
    }

    [Fact]
    public async Task ChangedFiles_AreWhatTheNextConnectionIsAskedFor_AndStandingOnesGoOn()
    {
        var folder = At("control-tls");
        await using var control = await Control(_authority.Silo(folder));
        await using var first = await SiloProcess.Start(At("first"), Worker("first", control, _authority.Silo(At("first-tls"))));
        await Joined(control, "first");

        // Every silo's: those that join connect with all of them.
        _other.Silo(folder);
        _other.Silo(At("first-tls"));

        await using var second = await SiloProcess.Start(At("second"), Worker("second", control, _other.Silo(At("second-tls"))));
        await Joined(control, "second");
        await IsRefused("third", control, _authority.Silo(At("third-tls")));
        Assert.Equal(["first", "second"], (await control.Queue()).Workers.Select(worker => worker.Silo).Order());
        Assert.Contains("has changed; silos and clients are shown the certificate of CN=sweep-silo", control.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_NeedsACertificateToo()
    {
        await using var control = await Control(_authority.Silo(At("control-tls")));
        var gateway = string.Create(CultureInfo.InvariantCulture, $"localhost:{control.GatewayPort}");

        await Sweep(0, Variables(_authority.ForClient(At("client-tls"))), "list", "--gateway", gateway);
        await Sweep(0, Variables(new PemFolder(At("client-tls"))), "list", "--state", At("control"));
        Assert.Contains("asks for TLS, so SWEEP_GATEWAY_TLS_CERTIFICATE", await Sweep(2, [], "list", "--state", At("control")), StringComparison.Ordinal);
        await Sweep(7, [], "list", "--gateway", gateway);
        await Sweep(7, Variables(_other.ForClient(At("stranger-tls"))), "list", "--gateway", gateway);

        // A client's certificate makes nobody a gateway.
        var variables = Variables(new PemFolder(At("client-tls")));
        variables["SWEEP_GATEWAY_TLS_NAME"] = "client";
        await Sweep(7, variables, "list", "--gateway", gateway);
    }

    [Fact]
    public async Task HalfOfTheFiles_IsAFaultThatNamesTheRest()
    {
        var files = _authority.Silo(At("tls"));

        var (code, errors) = await SiloProcess.Refused(At("state"), "--workers", "0", "--silo-tls-certificate", files.Certificate);

        Assert.Equal(2, code);
        Assert.Contains("--silo-tls-certificate needs --silo-tls-key", errors, StringComparison.Ordinal);
        Assert.Contains("--silo-tls-certificate needs --silo-tls-ca", errors, StringComparison.Ordinal);
    }

    /// <summary>It tries, the control silo refuses it, and it does not become ready.</summary>
    private async Task IsRefused(string name, SiloProcess control, PemFolder? files)
    {
        var before = Seen(control.Errors);
        await using var silo = SiloProcess.Begin(At(name), Worker(name, control, files));
        await Waiting.For(
            $"{name} should be refused twice",
            s_limit,
            () => Task.FromResult(Seen(control.Errors) >= before + 2 ? "so" : null),
            () => control.Errors + silo.Errors);
        Assert.False(silo.IsReady, $"{name} must not join: {silo.Errors}");
        Assert.DoesNotContain((await control.Queue()).Workers, worker => worker.Silo == name);
    }

    private static int Seen(string log) => Regex.Count(log, "Authentication (of [^ ]+ )?failed");

    private static Task<string> Joined(SiloProcess control, string name) => Waiting.For(
        $"{name} should report",
        s_limit,
        async () => (await control.Queue()).Workers.Any(worker => worker.Silo == name) ? name : null,
        () => control.Errors);

    private string At(string name) => Path.Combine(_root.Path, name);

    private static string[] Tls(PemFolder? files) =>
        files is null ? [] : ["--silo-tls-certificate", files.Certificate, "--silo-tls-key", files.Key, "--silo-tls-ca", files.Authority];

    private Task<SiloProcess> Control(PemFolder? files) =>
        SiloProcess.Start(At("control"), ["--role", "control", "--artifact-folder", At("artifacts"), .. Tls(files)]);

    private string[] Worker(string name, SiloProcess control, PemFolder? files) =>
    [
        "--role", "worker", "--join", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{control.SiloPort}"), "--name", name,
        "--workers", "1", "--threads", "1", "--artifact-folder", At("artifacts"), "--device-locks", At("locks-" + name), .. Tls(files),
    ];

    private static Dictionary<string, string> Variables(PemFolder files) => new()
    {
        ["SWEEP_GATEWAY_TLS_CERTIFICATE"] = files.Certificate,
        ["SWEEP_GATEWAY_TLS_KEY"] = files.Key,
        ["SWEEP_GATEWAY_TLS_CA"] = files.Authority,
    };

    /// <returns>What it says on standard error.</returns>
    private async Task<string> Sweep(int expected, Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Checkout.Client, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _root.Path;
        start.Environment["DOTNET_ROOT"] = Checkout.DotnetRoot;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.True(expected == process.ExitCode, $"sweep {string.Join(' ', arguments)} should end with {expected}, but did with {process.ExitCode}:\n{await output}{await error}");
        return await error;
    }
}
