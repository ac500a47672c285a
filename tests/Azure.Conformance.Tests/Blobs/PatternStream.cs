namespace Azure.Conformance.Tests.Blobs;

/// <summary>A stream of known bytes that lie nowhere: byte i is (i * 31 + i / 997) mod 256.</summary>
internal sealed class PatternStream(long length, bool canSeek) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => canSeek;

    public override bool CanWrite => false;

    public override long Length => canSeek ? length : throw new NotSupportedException();

    public override long Position
    {
        get => canSeek ? _position : throw new NotSupportedException();
        set => _position = canSeek ? value : throw new NotSupportedException();
    }

    public static byte At(long position) => (byte)((position * 31) + (position / 997));

    public static async Task AssertAsync(Stream read, long length)
    {
        var buffer = new byte[64 << 10];
        long position = 0;
        for (int count; (count = await read.ReadAsync(buffer)) > 0; position += count)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != At(position + i))
                {
                    Assert.Fail($"Byte {position + i} is {buffer[i]}, not {At(position + i)}.");
                }
            }
        }

        Assert.Equal(length, position);
    }

    public override int Read(Span<byte> buffer)
    {
        // Short reads, as sockets give them.
        var count = (int)Math.Min(Math.Min(buffer.Length, 10_007), length - _position);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = At(_position + i);
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
