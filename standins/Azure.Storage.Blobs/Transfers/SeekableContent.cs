using System.Buffers;
using System.Security.Cryptography;
using Azure.Core;

namespace Azure.Storage.Blobs.Transfers;

/// <summary>
/// A body read from a seekable stream, from where it stood to its end, once for its MD5 and once for each attempt. The stream is the
/// caller's and stays open.
/// </summary>
internal sealed class SeekableContent : RequestContent
{
    private const int BufferBytes = 128 << 10;

    private readonly Stream _stream;
    private readonly long _start;
    private readonly long _length;

    private SeekableContent(Stream stream, long start, byte[] hash) =>
        (_stream, _start, _length, Hash) = (stream, start, stream.Length - start, hash);

    /// <summary>MD5 of the body: the service refuses a body that arrives as another one.</summary>
    public byte[] Hash { get; }

    /// <exception cref="NotSupportedException">The stream does not seek.</exception>
    /// <exception cref="ArgumentException">The stream stands at the end of something.</exception>
    public static async Task<SeekableContent> OfAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            throw new NotSupportedException("A body that may have to be sent again must be a seekable stream.");
        }

        VerifyPosition(stream);
        var start = stream.Position;
        var hash = await MD5.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        return new(stream, start, hash);
    }

    /// <exception cref="ArgumentException">The stream stands at the end of something: most likely it was just written.</exception>
    public static void VerifyPosition(Stream stream)
    {
        if (stream.CanSeek && stream.Length > 0 && stream.Position >= stream.Length)
        {
            throw new ArgumentException(
                $"The content's position must be less than its length, but is {stream.Position} of {stream.Length}.", nameof(stream));
        }
    }

    public override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellation)
    {
        _stream.Position = _start;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var left = _length; left > 0;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
                await _stream.ReadExactlyAsync(piece, cancellation).ConfigureAwait(false);
                await stream.WriteAsync(piece, cancellation).ConfigureAwait(false);
                left -= piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override void WriteTo(Stream stream, CancellationToken cancellation) =>
        WriteToAsync(stream, cancellation).GetAwaiter().GetResult();

    public override void Dispose()
    {
    }
}
