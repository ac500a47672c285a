using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sweep.Data.Tests;

/// <summary>An HTTP server for a few files, on a port of its own, that can misbehave.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LocalServer()
    {
        _listener.Start();
        _ = Serve();
    }

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>What was asked for: the path, and the Range header where there was one.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers end after so many bytes of the body, though the head promises all.</summary>
    public int? BreakAfter { get; set; }

    public bool KnowsRanges { get; set; } = true;

    public string Address(string name) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{name}");

    public void Dispose() => _listener.Dispose();

    private async Task Serve()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // disposed
            }

            using (client)
            {
                await Answer(client.GetStream());
            }
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync())!.Split(' ')[1].TrimStart('/');
        string? range = null;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            range = line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase) ? line[6..].Trim() : range;
        }

        Requests.Enqueue(range is null ? path : $"{path} {range}");
        if (!Files.TryGetValue(path, out var file))
        {
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return;
        }

        var from = range is not null && KnowsRanges ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        var head = from > 0
            ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n"
            : "HTTP/1.1 200 OK\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{head}Content-Length: {file.Length - from}\r\nConnection: close\r\n\r\n")));
        await stream.WriteAsync(file.AsMemory(from, Math.Min(file.Length - from, BreakAfter ?? int.MaxValue)));
    }
}
