using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>A real silo in a process of its own, with real engines below it.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors;
    private readonly HttpClient _http;

    private SiloProcess(Process process, StringBuilder errors, JsonNode ready, SiloPlace place)
    {
        _process = process;
        _errors = errors;
        SiloPort = (int)ready["siloPort"]!;
        GatewayPort = (int)ready["gatewayPort"]!;
        Http = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{place.Host}:{(int)ready["httpPort"]!}/"));
        _http = new HttpClient
        {
            BaseAddress = new Uri(Http, "api/v1/"),
            Timeout = TimeSpan.FromSeconds(15),
            DefaultRequestHeaders = { Authorization = place.Token is null ? null : new AuthenticationHeaderValue("Bearer", place.Token) },
        };
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int SiloPort { get; }

    public int GatewayPort { get; }

    /// <summary>Where it serves HTTP.</summary>
    public Uri Http { get; }

    /// <summary>What it has logged.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Until its ready line.</summary>
    public static Task<SiloProcess> Start(string state, params string[] options) => StartAt(new SiloPlace(), state, options);

    /// <summary>The same elsewhere than on this machine's loopback.</summary>
    public static async Task<SiloProcess> StartAt(SiloPlace place, string state, params string[] options)
    {
        var (process, errors) = Launch(place, state, options, []);
        return await Ready(process, errors, place);
    }

    /// <summary>The same with further environment variables.</summary>
    public static async Task<SiloProcess> StartWith(IReadOnlyDictionary<string, string> environment, string state, params string[] options)
    {
        var place = new SiloPlace();
        var (process, errors) = Launch(place, state, options, environment);
        return await Ready(process, errors, place);
    }

    /// <summary>Starts one that is expected to refuse.</summary>
    public static async Task<(int ExitCode, string Errors)> Refused(string state, params string[] options)
    {
        var (process, errors) = Launch(new SiloPlace(), state, options, []);
        using (process)
        {
            await process.WaitForExitAsync().WaitAsync(s_startLimit);
            return (process.ExitCode, errors.ToString());
        }
    }

    /// <summary>Starts one that may never become ready.</summary>
    public static BegunSilo Begin(string state, params string[] options)
    {
        var (process, errors) = Launch(new SiloPlace(), state, options, []);
        return new BegunSilo(process, errors);
    }

    /// <summary>Until it is taken: submitting the same spec again changes nothing.</summary>
    public Task<ExperimentStatus> Submit(SweepSpec spec) => Waiting.For<ExperimentStatus>(
        "the experiment should be taken",
        TimeSpan.FromMinutes(2),
        async () => CanonicalJson.Deserialize<ExperimentStatus>(
            await Ask(() => _http.PostAsync("experiments", new StringContent(CanonicalJson.Serialize(spec), Encoding.UTF8, "application/json")))),
        () => Errors);

    public async Task<ExperimentResult> Result(string experiment) =>
        CanonicalJson.Deserialize<ExperimentResult>(await Ask(() => _http.GetAsync($"experiments/{experiment}/result")));

    public async Task<ExperimentStatus> Status(string experiment) =>
        CanonicalJson.Deserialize<ExperimentStatus>(await Ask(() => _http.GetAsync($"experiments/{experiment}")));

    public async Task<QueueStatus> Queue() => CanonicalJson.Deserialize<QueueStatus>(await Ask(() => _http.GetAsync("queue")));

    /// <summary>Says from now on who asks.</summary>
    public void Authorize(string token) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    /// <param name="probe"><c>startup</c>, <c>ready</c> or <c>live</c>.</param>
    /// <returns>Null when nobody answers: it has ended.</returns>
    public async Task<HttpStatusCode?> Health(string probe)
    {
        try
        {
            using var answer = await _http.GetAsync($"/health/{probe}");
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Asks it to stop, and returns at once.</summary>
    public void AskToStop() => ProcessTable.Terminate(Id);

    /// <summary>What Prometheus would read.</summary>
    public Task<string> Metrics() => Ask(() => _http.GetAsync("/metrics"));

    /// <summary>Its engine processes.</summary>
    public IReadOnlyList<int> Engines() => [.. ProcessTable.ChildrenOf(Id)];

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> Terminate()
    {
        AskToStop();
        return await Ended();
    }

    /// <summary>Until it has ended by itself.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ended(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().WaitAsync(limit ?? s_endLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _http.Dispose();
        _process.Dispose();
        await Task.CompletedTask;
    }

    private static (Process Process, StringBuilder Errors) Launch(
        SiloPlace place, string state, IEnumerable<string> options, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] line = [.. place.Command, Checkout.Silo];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var option in new[] { "--state", state }.Concat(options))
        {
            start.ArgumentList.Add(option);
        }

        // Whatever the surroundings of the tests say must not reach the silo.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) && name != "SWEEP_DATA").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = Checkout.DotnetRoot;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Append(line.Data).Append('\n');
            }
        };
        process.BeginErrorReadLine();
        return (process, errors);
    }

    private static async Task<SiloProcess> Ready(Process process, StringBuilder errors, SiloPlace place)
    {
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(s_startLimit);
        if (line is null)
        {
            await process.WaitForExitAsync().WaitAsync(s_endLimit);
            throw new InvalidOperationException($"The silo must become ready, but ended with {process.ExitCode}:\n{errors}");
        }

        return new SiloProcess(process, errors, JsonNode.Parse(line)!, place);
    }

    /// <exception cref="HttpRequestException">It refuses, or a busy machine made it take too long.</exception>
    private static async Task<string> Ask(Func<Task<HttpResponseMessage>> request)
    {
        try
        {
            using var answer = await request();
            var text = await answer.Content.ReadAsStringAsync();
            return answer.StatusCode == HttpStatusCode.OK ? text : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}");
        }
        catch (TaskCanceledException e)
        {
            throw new HttpRequestException("The silo did not answer in time.", e);
        }
    }
}

/// <summary>Where a silo runs.</summary>
internal sealed record SiloPlace
{
    /// <summary>What is put before the silo's command line.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Where HTTP reaches it.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Let in by HTTP, where that asks.</summary>
    public string? Token { get; init; }
}
