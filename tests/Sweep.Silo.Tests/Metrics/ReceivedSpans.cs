using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>One span as a collector got it.</summary>
public sealed record ReceivedSpan(string Name, string Trace, string Span, string Parent, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A collector that takes traces by OTLP over HTTP: the few fields of its protobuf that the tests ask about.</summary>
public sealed class ReceivedSpans : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly Task _serving;

    public ReceivedSpans(int port)
    {
        Url = FormattableString.Invariant($"http://127.0.0.1:{port}");
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = Serve();
    }

    public string Url { get; }

    /// <summary>Of the resource that sent last.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; private set; } = new Dictionary<string, string>();

    public IReadOnlyList<ReceivedSpan> All
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            if (context.Request is { HttpMethod: "POST", Url.AbsolutePath: "/v1/traces", ContentType: "application/x-protobuf" })
            {
                Take(body.ToArray());
            }
            else
            {
                context.Response.StatusCode = 400;
            }

            context.Response.Close();
        }
    }

    private void Take(byte[] request)
    {
        foreach (var resourceSpans in Fields(request, 1))
        {
            Resource = Fields(resourceSpans, 1).SelectMany(resource => Fields(resource, 1)).Select(Attribute).ToDictionary();
            foreach (var span in Fields(resourceSpans, 2).SelectMany(scope => Fields(scope, 2)))
            {
                lock (_spans)
                {
                    _spans.Add(new ReceivedSpan(
                        Encoding.UTF8.GetString(Fields(span, 5).Single()),
                        Convert.ToHexString(Fields(span, 1).Single()),
                        Convert.ToHexString(Fields(span, 2).Single()),
                        Convert.ToHexString(Fields(span, 4).SingleOrDefault() ?? []),
                        Fields(span, 9).Select(Attribute).ToDictionary()));
                }
            }
        }
    }

    private static KeyValuePair<string, string> Attribute(byte[] pair)
    {
        var value = Fields(pair, 2).Single();
        return new(
            Encoding.UTF8.GetString(Fields(pair, 1).Single()),
            Fields(value, 1).SingleOrDefault() is { } text ? Encoding.UTF8.GetString(text) : BinaryPrimitives.ReadInt64LittleEndian(Fields(value, 3).SingleOrDefault() ?? new byte[8]).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The values of one field; a number as 8 bytes.</summary>
    private static List<byte[]> Fields(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            byte[] value;
            switch (key & 7)
            {
                case 0:
                    value = BitConverter.GetBytes(Varint(message, ref at));
                    break;
                case 1:
                    value = message[at..(at += 8)];
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    value = message[at..(at += length)];
                    break;
                default:
                    value = message[at..(at += 4)];
                    break;
            }

            if (key >> 3 == (ulong)wanted)
            {
                found.Add(value);
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
