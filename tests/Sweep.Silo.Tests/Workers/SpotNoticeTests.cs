using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

public sealed class SpotNoticeTests : IDisposable
{
    private const string Azure = "/metadata/scheduledevents?api-version=2020-07-01";
    private const string Aws = "/latest/meta-data/spot/instance-action";
    private const string Google = "/computeMetadata/v1/instance/preempted";

    private readonly TemporaryFolder _folder = new();
    private readonly MetadataServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task File_IsTheNotice_WhenItAppears()
    {
        var notice = new FileNotice(_folder["notice"]);
        Assert.Null(await notice.Read(default));
        _folder.Write("notice", "");

        Assert.Equal($"file '{_folder["notice"]}' has appeared", await notice.Read(default));
    }

    [Theory]
    [InlineData("""{"DocumentIncarnation":1,"Events":[]}""", null)]
    [InlineData("""{"Events":[{"EventId":"1","EventType":"Preempt","ResourceType":"VirtualMachine","Resources":["gpu_3"],"EventStatus":"Scheduled"}]}""", "Azure announces Preempt of gpu_3")]
    [InlineData("""{"Events":[{"EventType":"Preempt","Resources":["gpu_4"]},{"EventType":"Terminate","Resources":["gpu_2","gpu_3"]}]}""", "Azure announces Terminate of gpu_3")]
    [InlineData("""{"Events":[{"EventType":"Preempt","Resources":["gpu_4"]}]}""", null)]
    [InlineData("""{"Events":[{"EventType":"Freeze","Resources":["gpu_3"]}]}""", null)]
    public async Task Azure_CountsEventsOfThisMachine(string events, string? announced)
    {
        _server.Answers = request => request.Headers["Metadata"] != "true" ? (400, "")
            : request.Url!.AbsolutePath == "/metadata/instance/compute/name" ? (200, "gpu_3")
            : (200, events);
        using var notice = Notice(Azure);

        Assert.Equal(announced, await notice.Read(default));
    }

    [Fact]
    public async Task Azure_ThatTalksNonsense_IsAFault()
    {
        _server.Answers = request => (200, request.Url!.AbsolutePath == "/metadata/instance/compute/name" ? "gpu_3" : "<html>");
        using var notice = Notice(Azure);

        await Assert.ThrowsAsync<HttpRequestException>(() => notice.Read(default));
    }

    [Fact]
    public async Task Aws_AnswersWithAToken_AndTheTokenIsRenewed()
    {
        var token = 1;
        (int, string) action = (404, "");
        _server.Answers = request => request.HttpMethod == "PUT" && request.Url!.AbsolutePath == "/latest/api/token"
            ? (request.Headers["X-aws-ec2-metadata-token-ttl-seconds"] is null ? 400 : 200, $"token-{token}")
            : request.Headers["X-aws-ec2-metadata-token"] == $"token-{token}" ? action : (401, "");
        using var notice = Notice(Aws);
        Assert.Null(await notice.Read(default));

        token = 2;
        await Assert.ThrowsAsync<HttpRequestException>(() => notice.Read(default));
        Assert.Null(await notice.Read(default));

        action = (200, "{\"action\": \"terminate\",\n \"time\": \"2030-01-01T00:02:00Z\"}");
        Assert.Equal("AWS announces {\"action\": \"terminate\",  \"time\": \"2030-01-01T00:02:00Z\"}", await notice.Read(default));
    }

    [Theory]
    [InlineData("FALSE", false)]
    [InlineData("TRUE", true)]
    public async Task Google_SaysTrueOrFalse(string answer, bool announced)
    {
        _server.Answers = request => (request.Headers["Metadata-Flavor"] == "Google" ? 200 : 403, answer);
        using var notice = Notice(Google);

        Assert.Equal(announced, await notice.Read(default) is not null);
    }

    [Theory]
    [InlineData(200, "soon", true)]
    [InlineData(200, "", false)]
    [InlineData(404, "none", false)]
    public async Task OtherAddresses_AnnounceByABody(int status, string body, bool announced)
    {
        _server.Answers = _ => (status, body);
        using var notice = Notice("/notice");

        Assert.Equal(announced, await notice.Read(default) is not null);
    }

    [Fact]
    public async Task AnswersWithoutEnd_AreNotRead()
    {
        _server.Answers = _ => (200, new string('x', 1 << 20));
        using var notice = Notice("/notice");

        await Assert.ThrowsAsync<HttpRequestException>(() => notice.Read(default));
    }

    [Fact]
    public async Task Watch_BeginsTheDrainWithItsOwnLimit_AndEndsTheSilo()
    {
        var time = new PlayedTime();
        using var drain = new Drain(time);
        var ended = new TaskCompletionSource();
        var notice = new PlayedNotice(new HttpRequestException("nobody answers"), null, "it is time");
        using var watch = new SpotWatch(
            notice, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(1), drain, ended.SetResult, time, NullLogger<SpotWatch>.Instance);
        await watch.StartAsync(default);
        await time.PassOnce(TimeSpan.FromSeconds(1));
        Assert.False(drain.Begun.IsCancellationRequested);
        await time.PassOnce(TimeSpan.FromSeconds(1));

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(TimeSpan.FromSeconds(25), drain.Left);
        await watch.StopAsync(default);
    }

    private AddressNotice Notice(string path) => new(new Uri(_server.Address, path), TimeSpan.FromSeconds(10));

    private sealed class PlayedNotice(params object?[] answers) : ISpotNotice
    {
        private int _next;

        public Task<string?> Read(CancellationToken cancellationToken) => answers[_next++] switch
        {
            Exception fault => Task.FromException<string?>(fault),
            var announced => Task.FromResult((string?)announced),
        };
    }

    /// <summary>A cloud's metadata service, as the test plays it.</summary>
    private sealed class MetadataServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public MetadataServer()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/"));
            free.Stop();
            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _ = Serve();
        }

        public Uri Address { get; }

        public Func<HttpListenerRequest, (int Status, string Body)> Answers { get; set; } = _ => (404, "");

        public void Dispose() => _listener.Close();

        private async Task Serve()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    (context.Response.StatusCode, var body) = Answers(context.Request);
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
                {
                    // The test is over, or the client read enough.
                }
            }
        }
    }
}
