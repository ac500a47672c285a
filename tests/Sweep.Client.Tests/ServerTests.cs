using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sweep.Client.Cluster;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Settings;

namespace Sweep.Client.Tests;

/// <summary>Every command through a silo's own HTTP.</summary>
public sealed class ServerTests : IDisposable
{
    private static readonly string s_reader = TokenEntry.NewToken();
    private static readonly string s_submitter = TokenEntry.NewToken();
    private static readonly string s_admin = TokenEntry.NewToken();

    private readonly SweepShell _shell = new();
    private readonly HttpSettings _settings;
    private int _requests;

    public ServerTests()
    {
        _shell.RealServers = new HttpConnector(_shell.Time);
        _shell.Cluster.Results["two-methods"] = Samples.Result();
        var stage = Samples.Result().Trials[0].Stages[0];
        _shell.Cluster.Histories[stage] = new StageHistory
        {
            Stage = stage,
            Length = 1,
            Finished = true,
            Epochs = [new EpochRecord { Epoch = 0, Loss = 0.5, LearningRate = 1e-3 }],
            Times = [new EpochTime { Epoch = 0, Seconds = 2, LoaderSeconds = 0.5, Images = 640 }],
        };
        _settings = new HttpSettings
        {
            Tokens = _shell.Write("tokens", $"reader {TokenEntry.DigestOf(s_reader)} read\nci {TokenEntry.DigestOf(s_submitter)} submit,read\nroot {TokenEntry.DigestOf(s_admin)} admin\n"),
        };
        As(s_admin);
    }

    public void Dispose() => _shell.Dispose();

    private void As(string token) => _shell.Variables["SWEEP_TOKEN"] = token;

    private async Task<ServedSilo> Serve(Func<HttpContext, RequestDelegate, Task>? before = null)
    {
        var silo = await ServedSilo.Start(_shell.Cluster, _settings, certificate: null, (context, next) =>
        {
            Interlocked.Increment(ref _requests);
            return before is null ? next(context) : before(context, next);
        });
        _shell.Variables["SWEEP_SERVER"] = silo.Address;
        return silo;
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "two-methods")]
    [InlineData("front", "two-methods")]
    [InlineData("summary", "two-methods")]
    [InlineData("trials", "two-methods")]
    [InlineData("metrics", "two-methods", "t0001")]
    [InlineData("silos")]
    [InlineData("queue")]
    [InlineData("watch", "two-methods")]
    public async Task Questions_AreAnsweredAsByTheGateway(params string[] arguments)
    {
        _shell.Time = new JumpingTime(longest: TimeSpan.FromSeconds(5));
        await using var silo = await Serve();
        foreach (var form in new[] { "table", "json", "csv" })
        {
            var remote = await _shell.Run([.. arguments, "-o", form]);
            var trusted = await _shell.Run([.. arguments, "-o", form, "--gateway", "localhost:1"]);

            Assert.Equal((0, trusted.Output), (remote.Code, remote.Output));
        }
    }

    [Fact]
    public async Task Training_IsForWhoMayRead()
    {
        await using var silo = await Serve();
        As(s_reader);

        Assert.Equal(0, (await _shell.Run("metrics", "two-methods", "t0001")).Code);
    }

    [Fact]
    public async Task Trials_ComeInPages()
    {
        await using var silo = await Serve();

        var outcome = await _shell.Run("trials", "two-methods", "-o", "json");

        Assert.Equal(4, JsonNode.Parse(outcome.Output)!["trials"]!.AsArray().Count);
        Assert.Equal(["page 0", "page 2"], _shell.Cluster.Orders);
    }

    [Fact]
    public async Task Orders_AreObeyed()
    {
        await using var silo = await Serve();
        _shell.Cluster.Results["two-methods"] = Samples.Result(state: ExperimentState.Running);

        Assert.Equal(0, (await _shell.Run("submit", _shell.Write("sweep.yaml", Samples.Spec))).Code);
        Assert.Equal(0, (await _shell.Run("pause", "two-methods")).Code);
        Assert.Equal(0, (await _shell.Run("resume", "two-methods")).Code);
        Assert.Equal(0, (await _shell.Run("cancel", "two-methods")).Code);

        Assert.Equal(["submit two-methods", "pause two-methods", "resume two-methods", "cancel two-methods"], _shell.Cluster.Orders);
    }

    [Fact]
    public async Task Refusals_EndAsByTheGateway()
    {
        await using var silo = await Serve();

        var unknown = await _shell.Run("front", "two-metods");
        Assert.Equal(4, unknown.Code);
        Assert.Contains("There is no experiment named 'two-metods'.", unknown.Error);
        Assert.Contains("Did you mean 'two-methods'?", unknown.Error);
        var ended = await _shell.Run("pause", "two-methods");
        Assert.Equal(5, ended.Code);
        Assert.Contains("is complete", ended.Error);
        _shell.Cluster.Results["two-methods"] = Samples.Result(state: ExperimentState.Failed);
        Assert.Equal(5, (await _shell.Run("submit", _shell.Write("sweep.yaml", Samples.Spec))).Code);
        Assert.Equal(4, (await _shell.Run("front", "../queue")).Code);
    }

    [Fact]
    public async Task BadSpec_IsNamedFaultByFault()
    {
        await using var silo = await Serve();
        using var exchange = new HttpExchange(new SocketsHttpHandler(), new HttpServer(new Uri(silo.Address), s_admin, CaFile: null), TimeProvider.System);
        var sound = SweepSpecReader.Read(Samples.Spec, "sweep.yaml");

        var refused = await Assert.ThrowsAsync<SweepSpecException>(
            () => new HttpSweepApi(exchange).Submit(sound with { Model = sound.Model with { Preset = "vit-none" } }, CancellationToken.None));

        Assert.Equal("model.preset", Assert.Single(refused.Faults).Path);
    }

    [Fact]
    public async Task MissingScope_IsNamed()
    {
        await using var silo = await Serve();
        As(s_reader);
        Assert.Equal(0, (await _shell.Run("list")).Code);
        var submitted = await _shell.Run("submit", _shell.Write("sweep.yaml", Samples.Spec));
        Assert.Equal(1, submitted.Code);
        Assert.Contains("This needs the scope submit, but 'reader' has read.", submitted.Error);
        Assert.Contains("--scope submit", submitted.Error);
        As(s_submitter);
        Assert.Contains("lacks the scope admin", (await _shell.Run("cancel", "two-methods")).Error);
        Assert.Empty(_shell.Cluster.Orders);
    }

    [Fact]
    public async Task UnknownToken_IsToldWhereTokensComeFrom()
    {
        await using var silo = await Serve();
        As(TokenEntry.NewToken());
        var unknown = await _shell.Run("list");
        _shell.Variables.Remove("SWEEP_TOKEN");
        var none = await _shell.Run("list");

        Assert.Equal((1, 1), (unknown.Code, none.Code));
        Assert.Contains("must be one of the silo's token file", unknown.Error);
        Assert.Contains("--token-file", none.Error);
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task NobodyThere_IsUnreachable()
    {
        string address;
        await using (var silo = await Serve())
        {
            address = silo.Address;
        }

        var outcome = await _shell.Run("list");

        Assert.Equal(7, outcome.Code);
        Assert.Contains($"The cluster at {address} does not answer", outcome.Error);
        Assert.Contains("refused", outcome.Error);
    }

    [Theory]
    [InlineData(false, "cancel", "two-methods")]
    [InlineData(false, "list")]
    [InlineData(true, "list")]
    public async Task LostConnection_IsAskedAgain(bool inTheMiddle, params string[] arguments)
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result(state: ExperimentState.Running);
        await using var silo = await Serve(async (context, next) =>
        {
            if (_requests >= HttpExchange.Attempts)
            {
                await next(context);
                return;
            }

            if (inTheMiddle)
            {
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("[{");
                await context.Response.Body.FlushAsync();
            }

            context.Abort();
        });

        Assert.Equal(0, (await _shell.Run(arguments)).Code);
    }

    [Fact]
    public async Task ConnectionThatIsAlwaysLost_IsGivenUp()
    {
        await using var silo = await Serve((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(7, (await _shell.Run("list")).Code);
        Assert.Equal(HttpExchange.Attempts, _requests);
    }

    [Fact]
    public async Task RetryAfter_IsWaitedFor()
    {
        await using var silo = await Serve((context, next) =>
        {
            if (_requests > 1)
            {
                return next(context);
            }

            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "37";
            return Task.CompletedTask;
        });
        var begun = _shell.Time.GetTimestamp();

        Assert.Equal(0, (await _shell.Run("list")).Code);

        Assert.Equal(TimeSpan.FromSeconds(37), _shell.Time.GetElapsedTime(begun));
    }

    [Fact]
    public async Task RetryAfter_OfAnHour_IsPassedOn()
    {
        await using var silo = await Serve((context, _) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });

        Assert.Equal(7, (await _shell.Run("list")).Code);
        Assert.Equal(1, _requests);
    }

    [Theory]
    [InlineData(302, "text/html", "<html>", 1, "no token is sent")]
    [InlineData(404, "text/html", "<html>", 7, "A Sweep server must answer there")]
    [InlineData(500, "text/plain", "oh", 1, "status 500")]
    [InlineData(200, "text/html", "<html>", 1, "text/html")]
    [InlineData(200, "application/json", "{]", 1, "JSON")]
    [InlineData(200, "application/json", "null", 1, "null")]
    [InlineData(200, "application/json", "{\"name\":1}", 1, "JSON")]
    [InlineData(401, "application/problem+json", "[[[", 1, "status 401")]
    public async Task Strangers_AreNoCluster(int status, string type, string body, int code, string message)
    {
        await using var silo = await Serve(async (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers.Location = "http://elsewhere/";
            await context.Response.WriteAsync(body);
        });

        var outcome = await _shell.Run("list");

        Assert.Equal(code, outcome.Code);
        Assert.Contains(message, outcome.Error);
    }

    [Fact]
    public async Task NewerSilo_MaySayMore()
    {
        await using var silo = await Serve(async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"workers":[],"depth":3,"mood":"good"}""");
        });

        Assert.Contains("3 stages waiting", (await _shell.Run("queue")).Output);
    }

    [Fact]
    public async Task PrivateAuthority_IsTrustedByItsFileAlone()
    {
        using var own = ServedSilo.Certificate();
        using var other = ServedSilo.Certificate();
        await using var silo = await ServedSilo.Start(_shell.Cluster, _settings, own);
        var trusted = _shell.Write("ca.pem", own.ExportCertificatePem());

        Assert.Equal(0, (await _shell.Run("list", "--server", silo.Address, "--ca-file", trusted)).Code);
        _shell.Variables["SWEEP_CA_FILE"] = trusted;
        Assert.Equal(0, (await _shell.Run("list", "--server", silo.Address)).Code);
        var wrong = await _shell.Run("list", "--server", silo.Address, "--ca-file", _shell.Write("other.pem", other.ExportCertificatePem()));
        Assert.Equal(7, wrong.Code);
        Assert.Contains("certificate", wrong.Error);
        Assert.Contains("other.pem", wrong.Error);
        _shell.Variables.Remove("SWEEP_CA_FILE");
        var system = await _shell.Run("list", "--server", silo.Address);
        Assert.Equal(7, system.Code);
        Assert.Contains("--ca-file", system.Error);
        var elsewhere = await _shell.Run("list", "--server", silo.Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), "--ca-file", trusted);
        Assert.Equal(7, elsewhere.Code);
    }

    [Fact]
    public async Task CaFile_MustHaveCertificates()
    {
        Assert.Equal(2, (await _shell.Run("list", "--server", "https://localhost:1", "--ca-file", _shell.At("none"))).Code);
        Assert.Equal(2, (await _shell.Run("list", "--server", "https://localhost:1", "--ca-file", _shell.Write("empty.pem", "nothing\n"))).Code);
    }

    [Fact]
    public async Task Token_NeverGoesInTheClear()
    {
        _shell.RealServers = null;
        var refused = await _shell.Run("list", "--server", "http://sweep.example");
        Assert.Equal(2, refused.Code);
        Assert.Contains("http://sweep.example", refused.Error);
        Assert.DoesNotContain(s_admin, refused.Error);
        Assert.Equal(2, (await _shell.Run("list", "--server", "http://127.0.0.1.sweep.example")).Code);
        Assert.Equal(0, (await _shell.Run("list", "--server", "http://127.0.0.1:8080")).Code);
        Assert.Equal(0, (await _shell.Run("list", "--server", "http://[::1]:8080")).Code);
        Assert.Equal(0, (await _shell.Run("list", "--server", "https://sweep.example")).Code);
        Assert.Equal(0, (await _shell.Run("list", "--server", "http://sweep.example", "--insecure")).Code);
        _shell.Variables.Remove("SWEEP_TOKEN");
        Assert.Equal(0, (await _shell.Run("list", "--server", "http://sweep.example")).Code);
        Assert.Equal(5, _shell.Servers.Servers.Count);
    }

    [Theory]
    [InlineData("ftp://sweep.example")]
    [InlineData("sweep.example")]
    [InlineData("https://")]
    [InlineData("https://me:hunter2@sweep.example")]
    [InlineData("https://sweep.example/?x=1")]
    public async Task Address_IsHttp(string address)
    {
        var outcome = await _shell.Run("list", "--server", address);

        Assert.Equal(2, outcome.Code);
        Assert.DoesNotContain("hunter2", outcome.Error);
    }

    [Fact]
    public async Task Watch_OutlivesASiloThatRestarts()
    {
        _shell.Time = new JumpingTime(longest: TimeSpan.FromSeconds(5));
        _shell.RealServers = new HttpConnector(_shell.Time);
        _shell.Cluster.Results["two-methods"] = Samples.Result(state: ExperimentState.Running);
        var looks = 0;
        await using var silo = await Serve(async (context, next) =>
        {
            // Away for as long as a restart takes, from the second look on.
            if (++looks is > 1 and <= 10)
            {
                context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
                return;
            }

            if (looks > 10)
            {
                _shell.Cluster.Results["two-methods"] = Samples.Result();
            }

            await next(context);
        });

        var outcome = await _shell.Run("watch", "two-methods");

        Assert.Equal(0, outcome.Code);
        Assert.Contains("t0001", outcome.Output);
        Assert.True(looks > 10, looks.ToString(CultureInfo.InvariantCulture));
    }
}
