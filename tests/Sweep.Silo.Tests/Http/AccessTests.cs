using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>Who may what over real HTTP.</summary>
public sealed class AccessTests(PlayedCluster played) : IClassFixture<PlayedCluster>, IDisposable
{
    private const string Reader = "sweep_reader";
    private const string Submitter = "sweep_submitter";
    private const string Admin = "sweep_admin";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    private static string Line(string token, string scopes, string? name = null) => $"{name ?? token["sweep_".Length..]} {TokenEntry.DigestOf(token)} {scopes}\n";

    private Task<ServedHttp> Serve(HttpSettings? settings = null) => ServedHttp.Start(
        played.Cluster,
        (settings ?? new HttpSettings()) with { Tokens = _folder.Write("tokens", "# who may what\n\n" + Line(Reader, "read") + Line(Submitter, "read,submit") + Line(Admin, "admin")) },
        _time);

    private static async Task<(HttpStatusCode Status, JsonNode Problem)> Problem(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static StringContent Spec(string name) => new(CanonicalJson.Serialize(TestSpec.Of(name, [0.4], [PruningMethod.Vtp])), Encoding.UTF8, "application/json");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sweep_other")]
    public async Task WithoutAGoodToken_NothingIsTold(string? token)
    {
        await using var served = await Serve();
        using var client = served.Client(token);

        foreach (var path in new[] { "/", "/experiments/played", "/api/v1/queue", "/api/v1/experiments/played/trials/t0001/model", "/no/such/path" })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal("Bearer realm=\"sweep\"", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal(HttpStatusCode.Unauthorized, (await Problem(response)).Status);
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_IsOpen(string path)
    {
        await using var served = await Serve();
        using var client = served.Client();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Scopes_AreHeldTo()
    {
        await using var served = await Serve();
        using var reader = served.Client(Reader);
        using var submitter = served.Client(Submitter);
        using var admin = served.Client(Admin);

        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/experiments/played")).StatusCode);
        using var refused = await reader.PostAsync("/api/v1/experiments", Spec("mine"));
        var (status, problem) = await Problem(refused);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("This needs the scope submit, but 'reader' has read.", (string?)problem["detail"]);
        Assert.Contains("scope=\"submit\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await submitter.PostAsync("/api/v1/experiments", Spec("mine"))).StatusCode);
        foreach (var command in new[] { "pause", "resume", "cancel" })
        {
            (status, problem) = await Problem(await submitter.PostAsync($"/api/v1/experiments/mine/{command}", null));
            Assert.Equal((HttpStatusCode.Forbidden, "This needs the scope admin, but 'submitter' has read, submit."), (status, (string?)problem["detail"]));
            Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync($"/api/v1/experiments/mine/{command}", null)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await submitter.DeleteAsync("/api/v1/experiments/mine")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/queue")).StatusCode);
    }

    [Fact]
    public async Task Browser_SignsInAndOut()
    {
        await using var served = await Serve();
        using var client = served.Client();
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
        using var refused = await client.SendAsync(asked);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("<form method=post action=/sign-in>", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var wrong = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("token", "sweep_other")]));
        Assert.Equal((HttpStatusCode.Unauthorized, false), (wrong.StatusCode, wrong.Headers.Contains("Set-Cookie")));
        using var entered = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("token", Admin)]));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (entered.StatusCode, entered.Headers.Location?.ToString()));
        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        Assert.Equal("sweep_token=sweep_admin; path=/; samesite=strict; httponly", cookie);

        client.DefaultRequestHeaders.Add("Cookie", "sweep_token=" + Admin);
        Assert.Contains("played", await client.GetStringAsync("/"), StringComparison.Ordinal);
        using var left = await client.PostAsync("/sign-out", null);
        Assert.Contains("expires=Thu, 01 Jan 1970", Assert.Single(left.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACookie_OrdersNothing()
    {
        await using var served = await Serve();
        using var client = served.Client();
        client.DefaultRequestHeaders.Add("Cookie", "sweep_token=" + Admin);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("/api/v1/experiments/played/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task ACookieBehindTls_IsSecure()
    {
        await using var served = await Serve();
        using var client = served.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var entered = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("token", Admin)]));

        Assert.Contains("; secure;", Assert.Single(entered.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_AreLimitedEachByItself()
    {
        await using var served = await Serve(new HttpSettings { TokenRate = 2 });
        using var reader = served.Client(Reader);
        using var admin = served.Client(Admin);
        await reader.GetAsync("/api/v1/queue");
        await reader.GetAsync("/api/v1/queue");
        _time.Advance(TimeSpan.FromSeconds(12.5));

        using var refused = await reader.GetAsync("/api/v1/queue");

        Assert.Equal(TimeSpan.FromSeconds(48), refused.Headers.RetryAfter!.Delta);
        var (status, problem) = await Problem(refused);
        Assert.Equal((HttpStatusCode.TooManyRequests, "A token makes at most 2 requests a minute (--token-rate), and 'reader' has."), (status, (string?)problem["detail"]));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/queue")).StatusCode);
        _time.Advance(TimeSpan.FromSeconds(47.5));
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/api/v1/queue")).StatusCode);
    }

    [Fact]
    public async Task Addresses_AreLimitedBeforeTheirTokensAreLookedAt()
    {
        await using var served = await Serve(new HttpSettings { AddressRate = 3 });
        using var stranger = served.Client("sweep_guess");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/queue")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await stranger.GetAsync("/api/v1/queue")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/live")).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeBodies_AreRefused(bool lengthIsSaid)
    {
        await using var served = await Serve(new HttpSettings { LargestBody = 1000 });
        using var client = served.Client(Admin);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/experiments") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(new string(' ', 5000))) };
        request.Headers.TransferEncodingChunked = !lengthIsSaid;

        var (status, problem) = await Problem(await client.SendAsync(request));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "A request has at most 1000 bytes (--http-body)."), (status, (string?)problem["detail"]));
    }

    [Theory]
    [InlineData("""{"model":{"preset":[[[[1]]]]}}""", "depth")]
    [InlineData("""{"name":"one","name":"two"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "")]
    [InlineData("""{"\ud800":1,"\ud800":2}""", "")]
    [InlineData("", "JSON")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public async Task Specs_AreJsonOfSomeDepth(string body, string told)
    {
        await using var served = await Serve(new HttpSettings { GreatestDepth = 4 });
        using var client = served.Client(Admin);

        var (status, problem) = await Problem(await client.PostAsync("/api/v1/experiments", new StringContent(body)));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(told, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("..%5c..%5cetc")]
    [InlineData("a%00b")]
    [InlineData("%c3%28")]
    [InlineData("%ff%fe")]
    [InlineData("PLAYED")]
    [InlineData("long")]
    public async Task Names_StayNames(string name)
    {
        await using var served = await Serve();
        using var client = served.Client(Admin);
        name = name == "long" ? new string('a', 3000) : name;

        foreach (var path in new[] { "experiments/{0}", "api/v1/experiments/{0}", "api/v1/experiments/{0}/trials/t0001/model", "api/v1/experiments/played/trials/{0}/model" })
        {
            using var response = await client.GetAsync(new Uri(served.Address + path.Replace("{0}", name, StringComparison.Ordinal), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
        }
    }

    [Theory]
    [InlineData("api/v1/queue/%2e%2e/experiments")]
    [InlineData("health/live/../../api/v1/experiments")]
    [InlineData("sign-in/%2E./api/v1/experiments")]
    public async Task DotsInPaths_DoNotGoAroundTheGate(string path)
    {
        await using var served = await Serve();
        using var client = served.Client(Reader);

        using var response = await client.PostAsync(new Uri(served.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Spec("around"));

        Assert.Equal("This needs the scope submit, but 'reader' has read.", (string?)(await Problem(response)).Problem["detail"]);
    }

    [Theory]
    [InlineData("localhost", null, HttpStatusCode.NoContent)]
    [InlineData("127.0.0.1:80", "http://127.0.0.1:80", HttpStatusCode.NoContent)]
    [InlineData("localhost", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", "http://localhost:81", HttpStatusCode.Forbidden)]
    [InlineData("localhost", "null", HttpStatusCode.Forbidden)]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1", null, HttpStatusCode.Forbidden)]
    public async Task WithoutTokens_OtherPeoplesPagesAreKeptOut(string host, string? origin, HttpStatusCode expected)
    {
        await using var served = await ServedHttp.Start(played.Cluster, new HttpSettings());
        using var client = served.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/experiments/played/resume") { Headers = { Host = host } };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        Assert.Equal(expected, (await client.SendAsync(request)).StatusCode);
    }
}
