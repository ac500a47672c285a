using System.Net;
using System.Text.RegularExpressions;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Silo.Settings;
using Sweep.Silo.Tests.Http;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Web;

/// <summary>The page over real HTTP, before a cluster that counts what it is asked.</summary>
public sealed partial class PageTests : IDisposable
{
    private const string Reader = "sweep_reader";
    private const string Admin = "sweep_admin";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    private Task<ServedHttp> Serve(ISweepApi api) => ServedHttp.Start(api, new HttpSettings(), _time);

    private Task<ServedHttp> ServeGuarded(ISweepApi api) => ServedHttp.Start(
        api,
        new HttpSettings { Tokens = _folder.Write("tokens", $"reader {TokenEntry.DigestOf(Reader)} read\nall {TokenEntry.DigestOf(Admin)} admin\n") },
        _time);

    [GeneratedRegex("""<tr data-key="(t\d+)""")]
    private static partial Regex Rows();

    [GeneratedRegex("""\son\w+\s*=""")]
    private static partial Regex Handlers();

    private static string RowsOf(string page) => string.Join(' ', Rows().Matches(page).Select(match => match.Groups[1].Value));

    [Theory]
    [InlineData("/")]
    [InlineData("/cluster")]
    [InlineData("/experiments/large")]
    [InlineData("/experiments/large/trials/t0007")]
    [InlineData("/experiments/large/orders/pause")]
    public async Task EveryPage_RunsAndWearsFilesAlone_AndHasLandmarks(string path)
    {
        await using var served = await Serve(new LargeExperiment(3000));
        using var client = served.Client();

        using var answer = await client.GetAsync(path);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal(1, page.Split("<script").Length - 1);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Handlers(), page);
        foreach (var landmark in new[] { "<html lang=\"en\">", "<nav aria-label=\"Site\">", "<main id=\"main\"", "class=\"skip\" href=\"#main\"", "aria-live=\"polite\"", "<h1>" })
        {
            Assert.Contains(landmark, page, StringComparison.Ordinal);
        }

        foreach (Match asset in AssetPaths().Matches(page))
        {
            using var loaded = await client.GetAsync(asset.Groups[1].Value);
            Assert.Equal(HttpStatusCode.OK, loaded.StatusCode);
            Assert.Contains("immutable", loaded.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("\"(/assets/[^\"]+)\"")]
    private static partial Regex AssetPaths();

    /// <summary>Whoever writes a failure's text, names a worker or a device, writes text and no markup.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("/cluster")]
    [InlineData("/experiments/large?analysis=1")]
    [InlineData("/experiments/large?text=%3Cimg%20src%3Dx%3E%22%27&sort=%22%3E%3Cb%3E&state=%3Cb%3E&page=-1")]
    [InlineData("/experiments/large?state=failed")]
    [InlineData("/experiments/large/trials/t0007")]
    [InlineData("/experiments/large/trials/%3Cimg%3E")]
    [InlineData("/experiments/large/orders/%3Cimg%3E")]
    [InlineData("/experiments/%3Cimg%3E")]
    public async Task HostileWords_AreText(string path)
    {
        await using var served = await Serve(new LargeExperiment(3000) { Said = "</script></title><img src=x onerror=alert(1)>\"'&<!-- {{title}}" });
        using var client = served.Client();

        var page = await (await client.GetAsync(path)).Content.ReadAsStringAsync();

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!-- ", page, StringComparison.Ordinal);
        Assert.Equal(1, page.Split("</script>").Length - 1);
        Assert.Equal(page.Split("<title>").Length, page.Split("</title>").Length);
    }

    [Fact]
    public async Task Trials_AreSortedFilteredAndPagedByTheAddress()
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await Serve(cluster);
        using var client = served.Client();

        var page = await client.GetStringAsync("/experiments/large?sort=accuracy&desc&state=complete&method=vtp&text=t0&page=2");

        var query = cluster.Queries.Single(asked => asked.Limit == 50);
        Assert.Equal(
            new TrialQuery { Order = TrialOrder.Accuracy, Descending = true, State = TrialState.Complete, Text = "method=vtp t0", Offset = 50, Limit = 50, Brief = true }, query);
        Assert.Equal(string.Join(' ', (await cluster.FindTrials("large", query, default)).Trials.Select(trial => trial.Id)), RowsOf(page));
        Assert.Contains("aria-sort=\"descending\"", page, StringComparison.Ordinal);
        Assert.Contains("data-page=\"next\"", page, StringComparison.Ordinal);
        Assert.Contains("?desc&amp;method=vtp&amp;page=3&amp;sort=accuracy&amp;state=complete&amp;text=t0", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHundredThousandTrials_AreShownWithoutTheWholeResult()
    {
        var cluster = new LargeExperiment(100_000);
        await using var served = await Serve(cluster);
        using var client = served.Client();

        var page = await client.GetStringAsync("/experiments/large");

        Assert.Equal(50, Rows().Count(page));
        Assert.InRange(page.Length, 10_000, 1_000_000);
        Assert.DoesNotContain("result", cluster.Asked);
        Assert.Contains("Draw them now", page, StringComparison.Ordinal);
        Assert.Contains("What sharing saved", await client.GetStringAsync("/experiments/large?analysis=1"), StringComparison.Ordinal);
        Assert.Contains("What sharing saved", await client.GetStringAsync("/experiments/large/parts/analysis?analysis=1"), StringComparison.Ordinal);
        Assert.Single(cluster.Asked, "result");
    }

    [Fact]
    public async Task ManyBrowsers_AskTheClusterOnceASecond()
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await Serve(cluster);
        using var client = served.Client();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetStringAsync("/experiments/large")));
        Assert.Equal(["find", "find", "find", "result", "status"], cluster.Asked.Order());

        _time.Advance(TimeSpan.FromSeconds(1.1));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetStringAsync("/experiments/large/parts/head")));
        Assert.Equal(2, cluster.Asked.Count(question => question == "status"));
    }

    [Fact]
    public async Task PartThatTheBrowserHas_IsNotSentAgain()
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await Serve(cluster);
        using var client = served.Client();
        var head = await client.GetStringAsync("/experiments/large/parts/head");
        var version = VersionPattern().Match(head).Groups[1].Value;

        Assert.Equal(HttpStatusCode.NoContent, (await client.GetAsync($"/experiments/large/parts/head?have={version}")).StatusCode);
        cluster.State = ExperimentState.Paused;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("Paused", await client.GetStringAsync($"/experiments/large/parts/head?have={version}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/experiments/large/parts/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/parts/nothing")).StatusCode);
    }

    [GeneratedRegex("data-version=\"(\\w{12})\"")]
    private static partial Regex VersionPattern();

    [Fact]
    public async Task Events_TellTheVersionsOfParts_AndEndWithTheSilo()
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await ServedHttp.Start(cluster, new HttpSettings());
        using var client = served.Client();
        var page = await client.GetStringAsync("/experiments/large");
        using var answer = await client.GetAsync("/experiments/large/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        var first = await Next(reader);
        Assert.Contains(VersionPattern().Match(page).Groups[1].Value, first, StringComparison.Ordinal);
        cluster.State = ExperimentState.Paused;
        Assert.NotEqual(first, await Next(reader));
        await served.Stop();

        Assert.Null(await Next(reader));
    }

    /// <returns>The data of the next event; null when there is none any more.</returns>
    private static async Task<string?> Next(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    [Fact]
    public async Task Events_EndWithTheExperiment()
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await ServedHttp.Start(cluster, new HttpSettings());
        using var client = served.Client();
        using var answer = await client.GetAsync("/experiments/large/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.NotNull(await Next(reader));

        await cluster.Delete("large", default);

        Assert.Null(await Next(reader));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/experiments/large/events")).StatusCode);
    }

    [Theory]
    [InlineData("/experiments/large/orders/delete", "delete", "/")]
    [InlineData("/experiments/large/orders/pause", "pause", "/experiments/large")]
    [InlineData("/experiments/large/orders/cancel", "cancel", "/experiments/large")]
    [InlineData("/experiments/large/trials/t0007/orders/retry", "retry t0007", "/experiments/large/trials/t0007")]
    [InlineData("/experiments/large/trials/t0007/orders/stop", "stop t0007", "/experiments/large/trials/t0007")]
    public async Task Order_IsAskedForAndThenGiven(string path, string order, string back)
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await Serve(cluster);
        using var client = served.Client();

        using var question = await client.GetAsync(path);
        Assert.Contains($"<form class=\"question\" method=\"post\" action=\"{path}\">", await question.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("same-origin", Assert.Single(question.Headers.GetValues("Referrer-Policy")));
        Assert.DoesNotContain(order, cluster.Asked);
        using var given = await client.SendAsync(Posted(served, path));

        Assert.Equal((HttpStatusCode.SeeOther, back), (given.StatusCode, given.Headers.Location?.ToString()));
        Assert.Single(cluster.Asked, order);
    }

    /// <summary>A browser adds the cookie to what any page of any port of this host posts; its origin tells them apart.</summary>
    [Theory]
    [InlineData(Admin, "{0}", "same-origin", HttpStatusCode.SeeOther)]
    [InlineData(Admin, "{0}", null, HttpStatusCode.SeeOther)]
    [InlineData(Admin, "{0}", "same-site", HttpStatusCode.Unauthorized)]
    [InlineData(Admin, "{0}", "cross-site", HttpStatusCode.Unauthorized)]
    [InlineData(Admin, "http://127.0.0.1:1", null, HttpStatusCode.Unauthorized)]
    [InlineData(Admin, "https://elsewhere.example", null, HttpStatusCode.Unauthorized)]
    [InlineData(Admin, "null", null, HttpStatusCode.Unauthorized)]
    [InlineData(Admin, null, null, HttpStatusCode.Unauthorized)]
    [InlineData(Reader, "{0}", "same-origin", HttpStatusCode.Forbidden)]
    public async Task CookiesOrder_CountsFromThisSilosPagesAlone(string token, string? origin, string? site, HttpStatusCode expected)
    {
        var cluster = new LargeExperiment(3000);
        await using var served = await ServeGuarded(cluster);
        using var client = served.Client();
        using var order = Posted(served, "/experiments/large/orders/pause", origin);
        order.Headers.Add("Cookie", "sweep_token=" + token);
        if (site is not null)
        {
            order.Headers.Add("Sec-Fetch-Site", site);
        }

        using var answer = await client.SendAsync(order);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected == HttpStatusCode.SeeOther ? 1 : 0, cluster.Asked.Count(question => question == "pause"));
    }

    [Theory]
    [InlineData(Reader, false)]
    [InlineData(Admin, true)]
    public async Task Orders_AreOfferedToWhoMayGiveThem(string token, bool may)
    {
        await using var served = await ServeGuarded(new LargeExperiment(3000));
        using var client = served.Client();
        client.DefaultRequestHeaders.Add("Cookie", "sweep_token=" + token);

        foreach (var path in new[] { "/experiments/large", "/experiments/large/parts/head", "/experiments/large/trials/t0007" })
        {
            Assert.Equal(may, (await client.GetStringAsync(path)).Contains("/orders/", StringComparison.Ordinal));
        }

        Assert.Contains("Sign out", await client.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(may ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await client.GetAsync("/experiments/large/orders/pause")).StatusCode);
    }

    private static HttpRequestMessage Posted(ServedHttp served, string path, string? origin = "{0}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin.Replace("{0}", served.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        }

        return request;
    }
}
