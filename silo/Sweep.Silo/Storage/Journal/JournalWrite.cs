namespace Sweep.Silo.Storage.Journal;

/// <summary>A change that waits for its batch.</summary>
/// <param name="key">Whose.</param>
/// <param name="expected">The ETag of the state that it replaces; null where there must be none.</param>
/// <param name="content">The new state, in UTF-8; null to remove it.</param>
internal sealed class JournalWrite(RecordKey key, string? expected, byte[]? content)
{
    private readonly TaskCompletionSource<Guid?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordKey Key => key;

    public byte[]? Content => content;

    /// <summary>Of the new state.</summary>
    public Guid ETag { get; } = Guid.NewGuid();

    /// <summary>
    /// Ends when it is on the disk, with null; or with nothing changed and what is stored instead, the ETag or <see cref="Guid.Empty"/> for nothing.
    /// </summary>
    public Task<Guid?> End => _end.Task;

    public bool Expects(Guid? stored) => expected is null ? stored is null : Guid.TryParseExact(expected, "N", out var etag) && etag == stored;

    public void Done() => _end.TrySetResult(null);

    public void Refuse(Guid? stored) => _end.TrySetResult(stored ?? Guid.Empty);

    public void Fail(Exception fault) => _end.TrySetException(fault);
}
