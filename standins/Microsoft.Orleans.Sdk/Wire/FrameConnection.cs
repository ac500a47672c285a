using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Messaging;

namespace Orleans.Wire;

/// <summary>
/// A connection that carries frames: four bytes of length (little endian), then that many bytes of a JSON object. Whatever is not a
/// frame closes the connection and nothing else.
/// </summary>
internal sealed class FrameConnection : IDisposable
{
    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = Serialization.CodecCatalog.MaxDepth };

    private readonly Stream _stream;
    private readonly ILogger _logger;
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _writing;

    /// <param name="remote">Who is at the other end, for messages.</param>
    public FrameConnection(Stream stream, string remote, int maxFrameBytes, ILogger logger)
    {
        _stream = stream;
        _logger = logger;
        MaxFrameBytes = maxFrameBytes;
        Remote = remote;
        _writing = Task.Run(WriteAsync);
    }

    public string Remote { get; }

    public int MaxFrameBytes { get; }

    /// <summary>Completes when the connection is closed, by whichever side.</summary>
    public Task Closed => _closed.Task;

    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Queues a frame; on a closed connection it is dropped.</summary>
    /// <exception cref="InvalidMessageFrameException">The frame is longer than the limit.</exception>
    public void Send(byte[] frame)
    {
        if (frame.Length > MaxFrameBytes)
        {
            throw new InvalidMessageFrameException(
                $"A message has at most {MaxFrameBytes} bytes (MessagingOptions.MaxMessageBodySize), but this one has {frame.Length}.");
        }

        _outgoing.Writer.TryWrite(frame);
    }

    /// <summary>Reads one frame, null at the end of the stream.</summary>
    /// <exception cref="InvalidMessageFrameException">What came is no frame.</exception>
    public Task<JsonDocument?> ReadAsync(CancellationToken cancellationToken) => ReadAsync(MaxFrameBytes, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public async Task<JsonDocument?> ReadAsync(int maxFrameBytes, CancellationToken cancellationToken)
    {
        var header = new byte[4];
        try
        {
            if (await _stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken) < header.Length)
                return null;

            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length <= 0 || length > maxFrameBytes)
                throw new InvalidMessageFrameException($"A frame has 1 to {maxFrameBytes} bytes, but the peer announced {length}.");

            var body = await ReadBodyAsync(length, cancellationToken);
            if (body is null)
                return null;

            var document = JsonDocument.Parse(body, ReadOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Frames.Kind, out var kind)
                || kind.ValueKind != JsonValueKind.String)
            {
                throw new InvalidMessageFrameException("A frame is a JSON object with a kind, but the peer sent another value.");
            }

            return document;
        }
        catch (JsonException exception)
        {
            throw new InvalidMessageFrameException("A frame is a JSON object, but the peer sent something else.", exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Reads frames until the connection is closed and gives each to <paramref name="handle"/>, which owns the document.</summary>
    public async Task RunAsync(Action<JsonDocument> handle, CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadAsync(cancellationToken) is { } document)
                handle(document);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            _logger.LogWarning(exception, "Closing the connection with {Remote}: it broke the protocol.", Remote);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Sends what is queued, then closes.</summary>
    public async Task CloseAsync()
    {
        _outgoing.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(TimeSpan.FromSeconds(1)));
        Dispose();
    }

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _stream.Dispose();
        _closed.TrySetResult();
    }

    /// <summary>Grows with what really arrives, so that an announced length alone takes no memory.</summary>
    private async Task<byte[]?> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        const int Step = 1 << 20;
        var body = new byte[Math.Min(length, Step)];
        var filled = 0;
        while (true)
        {
            var read = await _stream.ReadAtLeastAsync(
                body.AsMemory(filled), body.Length - filled, throwOnEndOfStream: false, cancellationToken);
            filled += read;
            if (filled < body.Length)
                return null;
            if (filled == length)
                return body;

            Array.Resize(ref body, (int)Math.Min(length, body.Length * 2L));
        }
    }

    /// <summary>Frames that wait already go out together.</summary>
    private async Task WriteAsync()
    {
        const int Batch = 64 * 1024;
        var buffer = new ArrayBufferWriter<byte>(Batch);
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                while (buffer.WrittenCount < Batch && _outgoing.Reader.TryRead(out var frame))
                {
                    BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), frame.Length);
                    buffer.Advance(sizeof(int));
                    buffer.Write(frame);
                }

                await _stream.WriteAsync(buffer.WrittenMemory);
                if (buffer.Capacity > 16 * Batch)
                    buffer = new(Batch);
                else
                    buffer.ResetWrittenCount();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            _logger.LogDebug(exception, "The connection with {Remote} is lost.", Remote);
            Dispose();
        }
    }
}
