namespace Azure.Storage.Blobs.Transfers;

/// <summary>A download's body that is asked for again, from where it broke, so many times.</summary>
/// <param name="length">Bytes; fewer are a broken connection too.</param>
/// <param name="resume">Opens the rest after so many bytes.</param>
internal sealed class ResumingStream(
    Stream content, long length, int maxRetries, Func<long, CancellationToken, Task<Stream>> resume) : ReadOnlyStream
{
    private Stream _content = content;
    private long _read;
    private int _retries;

    public override long Length => length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_read < length && buffer.Length > 0)
        {
            try
            {
                var count = await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                {
                    _read += count;
                    return count;
                }

                throw new EndOfStreamException($"The connection ended after {_read} of {length} bytes.");
            }
            catch (Exception broken) when (
                (broken is IOException || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
                && _retries < maxRetries)
            {
                _retries++;
                await _content.DisposeAsync().ConfigureAwait(false);
                _content = await resume(_read, cancellationToken).ConfigureAwait(false);
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
