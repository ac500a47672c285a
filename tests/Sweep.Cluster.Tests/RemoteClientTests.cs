using System.Diagnostics;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary><c>sweep</c> on one side, a silo that asks for tokens on the other, and nothing but HTTP between them.</summary>
public sealed class RemoteClientTests : IAsyncLifetime
{
    private const string Spec = """
        apiVersion: sweep/v1
        name: remote
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 1, imagesPerEpoch: 128, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [somp] }
          sparsity: { values: [0.4] }
        finetune: { epochs: 1, imagesPerEpoch: 128, learningRate: 1e-3, batch: 32 }

        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private readonly TemporaryState _home = new();
    private readonly string _submitter = TokenEntry.NewToken();
    private readonly string _reader = TokenEntry.NewToken();
    private SiloProcess _silo = null!;

    public async Task InitializeAsync()
    {
        var tokens = Write("tokens", $"ci {TokenEntry.DigestOf(_submitter)} read,submit\nreader {TokenEntry.DigestOf(_reader)} read\n");
        _silo = await SiloProcess.Start(At("state"), "--workers", "1", "--tokens", tokens);
    }

    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Sweep_IsSubmittedWatchedAndExported_ThroughHttpAlone()
    {
        var token = Write("ci.token", _submitter + "\n");
        await Sweep(0, "context", "set", "lab", "--server", _silo.Http.ToString(), "--token-file", token, "--use");
        var spec = Write("sweep.yaml", Spec);

        await Sweep(0, "submit", spec);
        var watched = CanonicalJson.Deserialize<ExperimentResult>((await Sweep(0, "watch", "remote", "-o", "json")).Output);
        var front = CanonicalJson.Deserialize<ExperimentResult>((await Sweep(0, "front", "remote", "-o", "json")).Output);
        var trials = JsonNode.Parse((await Sweep(0, "trials", "remote", "-o", "json")).Output)!["trials"]!.AsArray();
        await Sweep(0, "summary", "remote");
        await Sweep(0, "report", "remote", "--report", At("report.html"));
        await Sweep(0, "export", "remote", "--front", "--to", At("models"));

        Assert.Equal(ExperimentState.Complete, watched.State);
        Assert.Equal(watched.Front, front.Front);
        Assert.Single(trials);
        Assert.Equal(front.Front.Order(), Directory.EnumerateDirectories(At("models")).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(front.Front, trial => Assert.True(File.Exists(Path.Combine(At("models"), trial, "model.onnx"))));
        Assert.Contains("<!doctype html>", await File.ReadAllTextAsync(At("report.html")), StringComparison.OrdinalIgnoreCase);

        var refused = await Sweep(1, "cancel", "remote");
        Assert.Contains("lacks the scope admin", refused.Error);
        var reading = Write("reader.token", _reader);
        await Sweep(0, "list", "--token-file", reading);
        Assert.Contains("lacks the scope submit", (await Sweep(1, "submit", spec, "--token-file", reading)).Error);
        Assert.Contains("must be one of the silo's token file", (await Sweep(1, "list", "--token-file", Write("none.token", TokenEntry.NewToken()))).Error);

        // It spoke to nothing else: without the server there is no way left.
        await _silo.Terminate();
        Assert.Contains("does not answer", (await Sweep(7, "list")).Error);
    }

    private string At(string name) => Path.Combine(_home.Path, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    private async Task<(string Output, string Error)> Sweep(int expected, params string[] arguments)
    {
        var start = new ProcessStartInfo(Checkout.Client, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home.Path };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _home.Path;
        start.Environment["DOTNET_ROOT"] = Checkout.DotnetRoot;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.True(expected == process.ExitCode, $"sweep {string.Join(' ', arguments)} should end with {expected}, but did with {process.ExitCode}:\n{await error}\n{_silo.Errors}");
        return (await output, await error);
    }
}
