using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Soak;

/// <summary>A silo in a process of its own, and what it says over HTTP. Its log goes on in one file over all its lives.</summary>
internal sealed class SoakedSilo : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private SoakedSilo(Process process, Uri http)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri(http, "api/v1/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public static async Task<SoakedSilo> Start(SoakOptions options, string state, string log)
    {
        var start = new ProcessStartInfo(options.Silo, ["--state", state, "--workers", "2", "--lease", "4s"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) && name != "SWEEP_DATA").ToList())
        {
            start.Environment.Remove(name);
        }

        if (options.Engine is { } engine)
        {
            start.Environment["SWEEP_ENGINE"] = engine;
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var process = Process.Start(start)!;
        var gate = new Lock();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (gate)
            {
                File.AppendAllText(log, line.Data + "\n");
            }
        };
        process.BeginErrorReadLine();
        var ready = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The silo must become ready, but ended; see {log}.");
        return new SoakedSilo(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{(int)JsonNode.Parse(ready)!["httpPort"]!}/")));
    }

    public async Task<bool> Submit(SweepSpec spec) =>
        await Ask(() => _http.PostAsync("experiments", new StringContent(CanonicalJson.Serialize(spec), Encoding.UTF8, "application/json"))) is not null;

    /// <summary>Null when it does not answer now.</summary>
    public async Task<ExperimentStatus?> Status(string experiment) =>
        await Ask(() => _http.GetAsync($"experiments/{experiment}")) is { } text ? CanonicalJson.Deserialize<ExperimentStatus>(text) : null;

    /// <summary>Null when it does not answer now.</summary>
    public async Task<ExperimentResult?> Result(string experiment) =>
        await Ask(() => _http.GetAsync($"experiments/{experiment}/result")) is { } text ? CanonicalJson.Deserialize<ExperimentResult>(text) : null;

    public IReadOnlyList<int> Engines() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(process => ParentOf(process) == _process.Id),
    ];

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _http.Dispose();
        _process.Dispose();
    }

    private static int? ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    private static async Task<string?> Ask(Func<Task<HttpResponseMessage>> request)
    {
        try
        {
            using var answer = await request();
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null; // a silo that has just started has not got its grains yet
        }
    }
}
