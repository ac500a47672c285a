using System.Net;
using System.Net.Sockets;
using System.Text;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Settings;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

/// <summary>Malformed requests, byte by byte: whatever comes, the answer is no fault of the silo's, and the silo goes on.</summary>
public sealed class FuzzTests(PlayedCluster played) : IClassFixture<PlayedCluster>, IDisposable
{
    private const int Requests = 600;
    private const int LargestBody = 20_000;
    private const string Token = "sweep_fuzz";

    private static readonly string[] s_methods = ["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X", "G\u0001T", ""];

    private static readonly string[] s_routes =
    [
        "/", "/experiments/{0}", "/experiments/{0}/parts/trials", "/experiments/{0}/trials/{0}", "/experiments/{0}/trials/{0}/orders/{0}", "/experiments/{0}/orders/{0}", "/parts/{0}", "/sign-in", "/sign-out", "/health/live", "/health/ready", "/api/v1/experiments", "/api/v1/experiments", "/api/v1/experiments", "/api/v1/experiments/{0}",
        "/api/v1/experiments/{0}/result", "/api/v1/experiments/{0}/trials", "/api/v1/experiments/{0}/trials/{0}/model", "/api/v1/experiments/{0}/pause",
        "/api/v1/experiments/{0}/resume", "/api/v1/experiments/{0}/cancel", "/api/v1/queue", "/api/v1", "/api/v2/{0}", "*", "http://other/", "{0}",
    ];

    private static readonly string[] s_names =
    [
        "played", "t0001", "dense", "other", "", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "..\\..", "%00", "a%00b", "%", "%zz", "%c3%28", "%f0%28%8c%28", "a b", "ä", "{name}", "'--",
        "<script>", "%0d%0aX:%20y", "-", "PLAYED", new string('a', 300), new string('%', 99), "a/b/c/d", "\u0007",
    ];

    private static readonly string[] s_queries = ["", "", "?", "?offset=-1", "?offset=x", "?limit=99999999999999", "?offset=2147483647&limit=0", "?offset=1&offset=2", "?%00=%", "?name=other", "?page=-1&sort=%3Cb%3E&state=9&method=2&text=%00", "?page=99999999999&sort=accuracy&desc=1&front=1&have=x&text=" + new string('%', 300)];

    private static readonly string[] s_headers =
    [
        "Accept: text/html", "Accept: */*;q=x", "Accept: \u0001", "Content-Type: application/json", "Content-Type: ;;;", "Content-Type: multipart/form-data; boundary=",
        "Content-Type: application/x-www-form-urlencoded", "Cookie: sweep_token=" + Token, "Cookie: ;=;sweep_token", "Authorization: Bearer", "Authorization: Basic x", "Authorization: Bearer " + Token,
        "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 7", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Expect: 100-continue", "Expect: x", "Host: ", "Host: a b",
        "Origin: null", "Origin: http://[", "X-Forwarded-Proto: \u00e9", "Range: bytes=9-1", "If-Match: \"", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "no colon", ": no name", " folded",
        "X: " + new string('x', 40_000),
    ];

    private static readonly string s_spec = CanonicalJson.Serialize(TestSpec.Of("fuzzed", [0.4], [PruningMethod.Vtp]));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task MalformedRequests_AreAnsweredAsTheirSendersFault(int seed, bool withTokens)
    {
        var settings = new HttpSettings { LargestBody = LargestBody, Tokens = withTokens ? _folder.Write("tokens", $"fuzz {TokenEntry.DigestOf(Token)} admin\n") : null };
        await using var served = await ServedHttp.Start(played.Cluster, settings);
        var random = new Random(seed);
        var answered = new Dictionary<int, int>();

        for (var i = 0; i < Requests; i++)
        {
            var request = Request(random, withTokens);
            var status = await Send(served.Address, request);

            // 505 is about the version that the request says.
            Assert.True(status is 0 or (>= 200 and < 500) or 505, FormattableString.Invariant($"Request {i} of seed {seed} was answered with {status}:\n{Encoding.Latin1.GetString(request).TrimEnd()}"));
            answered[status] = answered.GetValueOrDefault(status) + 1;
        }

        // Unless requests come through to what they are about, nothing is tried.
        Assert.True(answered.GetValueOrDefault(200) > Requests / 50, $"{string.Join(", ", answered)}");
        Assert.True(answered.GetValueOrDefault(400) > Requests / 50, $"{string.Join(", ", answered)}");
        Assert.True(answered.GetValueOrDefault(404) > Requests / 50, $"{string.Join(", ", answered)}");
        Assert.True(answered.GetValueOrDefault(0) < Requests / 10, $"{string.Join(", ", answered)}");
        using var client = served.Client(Token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/experiments/played/result")).StatusCode);
    }

    private static byte[] Request(Random random, bool withTokens)
    {
        var path = string.Format(null, Pick(random, s_routes), random.Next(3) == 0 ? "played" : Pick(random, s_names)) + Pick(random, s_queries);
        var body = Body(random);
        var head = new StringBuilder().Append(random.Next(3) == 0 ? Pick(random, s_methods) : random.Next(2) == 0 ? "GET" : "POST").Append(' ').Append(path)
            .Append(random.Next(20) == 0 ? " HTTP/9.9\r\n" : " HTTP/1.1\r\n").Append(random.Next(20) == 0 ? "" : "Host: localhost\r\n").Append("Connection: close\r\n");
        if (withTokens && random.Next(8) > 0)
        {
            head.Append("Authorization: Bearer ").Append(Token).Append("\r\n");
        }

        if (random.Next(10) > 0)
        {
            head.Append(FormattableString.Invariant($"Content-Length: {body.Length}\r\n"));
        }

        for (var more = random.Next(3); more > 0 && random.Next(2) == 0; more--)
        {
            head.Append(Pick(random, s_headers)).Append("\r\n");
        }

        // More than any body may have: what the head promises always comes, so that nobody waits for the rest.
        byte[] request = [.. Encoding.UTF8.GetBytes(head.Append(random.Next(40) == 0 ? "" : "\r\n").ToString()), .. body, .. Enumerable.Repeat((byte)'\n', LargestBody)];
        if (random.Next(20) == 0)
        {
            request[random.Next(request.Length - LargestBody)] = (byte)random.Next(256);
        }

        return request;
    }

    private static byte[] Body(Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                return [];
            case 1:
                var noise = new byte[random.Next(2000)];
                random.NextBytes(noise);
                return noise;
            case 2:
                return Encoding.UTF8.GetBytes(new string('[', random.Next(20_000)));
            case 3:
                return new byte[LargestBody + 1];
            case 4:
                return Encoding.UTF8.GetBytes(Pick(random, ["token=%", "token=" + Token, "&&&=;=", "token=" + new string('x', 9000), "\"\\ud800\"", "{\"\\ud800\":1,\"\\ud800\":2}", "1e999", "{\"name\":1e999}", "null"]));
            case 5:
                return Encoding.UTF8.GetBytes(s_spec[..random.Next(s_spec.Length)]);
            case 6:
                var spec = Encoding.UTF8.GetBytes(s_spec);
                for (var i = random.Next(4); i >= 0; i--)
                {
                    spec[random.Next(spec.Length)] = (byte)random.Next(256);
                }

                return spec;
            default:
                var value = Pick(random, ["null", "-1", "1e999", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[[]]", "\"../x\"", "99999999999999999999", "\"NaN\"", "true"]);
                var starts = Enumerable.Range(0, s_spec.Length).Where(at => s_spec[at] == ':').ToList();
                var start = starts[random.Next(starts.Count)] + 1;
                var end = s_spec.IndexOfAny([',', '}', ']'], start);
                return Encoding.UTF8.GetBytes(s_spec[..start] + value + s_spec[end..]);
        }
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    /// <returns>The status; 0 when the silo closed the connection without a word, as it may on bytes that are no HTTP.</returns>
    private static async Task<int> Send(Uri silo, byte[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, silo.Port, limit.Token);
        var start = new byte[64];
        var length = 0;
        try
        {
            await socket.SendAsync(request, limit.Token);
            while (length < start.Length && await socket.ReceiveAsync(start.AsMemory(length), limit.Token) is > 0 and var more)
            {
                length += more;
            }
        }
        catch (SocketException)
        {
            // Refused before all of it was sent: what has come counts.
        }

        var words = Encoding.ASCII.GetString(start, 0, length).Replace("HTTP/1.1 100 Continue\r\n\r\n", "", StringComparison.Ordinal).Split(' ');
        return words is ["HTTP/1.1", { } status, ..] ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}
