using System.Diagnostics;
using System.Runtime.InteropServices;
using Sweep.Client.Cluster;

namespace Sweep.Client.Tests;

/// <summary>The executable itself, and child processes.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sweep-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Version_IsTold()
    {
        var (code, output, error) = await Sweep("version");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal($"sweep {Commands.LocalCommands.ProductVersion} ({RuntimeInformation.FrameworkDescription})\n", output);
    }

    [Fact]
    public async Task Validate_WritesUtf8WithoutAnsi()
    {
        var (code, output, _) = await Sweep("plan", Path.Combine(AppContext.BaseDirectory, "samples", "quickstart.yaml"));
        Assert.Equal(0, code);
        Assert.Contains("SparseTrain(λ=", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Validate_OfAMissingFile_HasNoStackTrace()
    {
        var (code, output, error) = await Sweep("validate", "no-such.yaml");
        Assert.Equal((4, ""), (code, output));
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task Launcher_ReadsTheReadyLine_AndDrainsByTerm()
    {
        var program = Script("""
            trap 'echo drained >&2; exit 0' TERM
            echo 'starting' >&2
            echo '{"ready":true,"gatewayPort":4711,"pid":1,"siloPort":2,"httpPort":3,"name":"primary","workers":2,"state":"x"}'
            while :; do read -r line || exit 9; done
            """);
        await using var silo = await Launcher(program).Start(new SiloLaunch { State = "x" }, CancellationToken.None);
        Assert.Equal(4711, silo.Ready.GatewayPort);
        Assert.False(silo.Ended.IsCompleted);
        await silo.Drain(CancellationToken.None).WaitAsync(s_limit);
        Assert.Equal(0, await silo.Ended);
        Assert.Contains("drained", silo.LastWords);
    }

    [Fact]
    public async Task Launcher_TellsWhyASiloEnded()
    {
        var program = Script("echo 'sweep-silo: the folder is in use' >&2; exit 5");
        var ended = await Assert.ThrowsAsync<ClientException>(() => Launcher(program).Start(new SiloLaunch { State = "x" }, CancellationToken.None));
        Assert.Equal(ExitCode.Conflict, ended.Code);
        Assert.Contains("the folder is in use", ended.Message);
    }

    [Fact]
    public async Task DisposedSilo_IsKilled()
    {
        var program = Script("""
            trap '' TERM
            echo '{"ready":true,"gatewayPort":4711,"pid":1}'
            while :; do read -r line || sleep 1; done
            """);
        var silo = await Launcher(program).Start(new SiloLaunch { State = "x" }, CancellationToken.None);
        await silo.DisposeAsync().AsTask().WaitAsync(s_limit);
        Assert.Equal(137, await silo.Ended);
    }

    [Fact]
    public void Arguments_NameThisProcessAsParent() => Assert.Equal(
        ["--state", "/s", "--silo-port", "0", "--gateway-port", "0", "--workers", "2", "--threads", "1", "--data", "/d", "--parent-pid", "7"],
        SiloCommand.Arguments(new SiloLaunch { State = "/s", Workers = 2, Threads = 1, Data = "/d" }, parentPid: 7));

    [Fact]
    public void ProgramFile_IsFoundBesideTheClient_OrInACheckout()
    {
        var client = Path.Combine(_folder.FullName, "client", "Sweep.Client", "bin", "Release", "net10.0");
        var silo = Path.Combine(_folder.FullName, "silo", "Sweep.Silo", "bin", "Release", "net10.0", "sweep-silo");
        Directory.CreateDirectory(client);
        Assert.Throws<ClientException>(() => ProgramFile.Silo.Find(_ => null, client));
        Directory.CreateDirectory(Path.GetDirectoryName(silo)!);
        File.WriteAllText(silo, "");
        Assert.Equal(silo, ProgramFile.Silo.Find(_ => null, client));
        var installed = Path.Combine(client, "silo", "sweep-silo");
        Directory.CreateDirectory(Path.GetDirectoryName(installed)!);
        File.WriteAllText(installed, "");
        Assert.Equal(installed, ProgramFile.Silo.Find(_ => null, client));
        Assert.Equal(silo, ProgramFile.Silo.Find(name => name == "SWEEP_SILO" ? silo : null, client));
    }

    private static SiloLauncher Launcher(string program) => new(name => name == "SWEEP_SILO" ? program : null, TimeProvider.System);

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, "sweep-silo");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private async Task<(int Code, string Output, string Error)> Sweep(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sweep.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["HOME"] = _folder.FullName;
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_limit);
        return (process.ExitCode, await output, await error);
    }
}
