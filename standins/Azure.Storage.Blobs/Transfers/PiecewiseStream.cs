using System.Buffers;

namespace Azure.Storage.Blobs.Transfers;

/// <summary>A blob that seeks: each piece is fetched when it is first read, and one is kept.</summary>
/// <param name="fetch">Fills the buffer with the bytes from an offset on.</param>
internal sealed class PiecewiseStream(
    long length, int pieceBytes, Func<long, Memory<byte>, CancellationToken, Task> fetch) : ReadOnlyStream
{
    private byte[] _piece = [];
    private long _pieceStart;
    private int _pieceLength;
    private long _position;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.Length == 0)
        {
            return 0;
        }

        if (_position < _pieceStart || _position >= _pieceStart + _pieceLength)
        {
            await FetchAsync(cancellationToken).ConfigureAwait(false);
        }

        var from = (int)(_position - _pieceStart);
        var count = Math.Min(buffer.Length, _pieceLength - from);
        _piece.AsMemory(from, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing && _piece.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_piece);
            (_piece, _pieceLength) = ([], 0);
        }

        base.Dispose(disposing);
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        if (_piece.Length == 0)
        {
            _piece = ArrayPool<byte>.Shared.Rent(pieceBytes);
        }

        _pieceLength = 0;
        var count = (int)Math.Min(pieceBytes, length - _position);
        await fetch(_position, _piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        (_pieceStart, _pieceLength) = (_position, count);
    }
}
