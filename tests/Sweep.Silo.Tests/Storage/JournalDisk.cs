using Microsoft.Win32.SafeHandles;
using Sweep.Silo.Storage.Journal;

namespace Sweep.Silo.Tests.Storage;

/// <summary>A disk that does what it is told until it fails, and flushes nothing: the tests look at what was asked of it.</summary>
internal sealed class JournalDisk : JournalFiles
{
    private const int NoSpace = 28; // ENOSPC

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>The operation that fails, from 1; 0 for none.</summary>
    public int FailAt { get; set; }

    /// <summary>All that follow fail too.</summary>
    public bool IsGone { get; set; }

    /// <summary>Held by a test that wants a flush to take long.</summary>
    public SemaphoreSlim? Gate { get; set; }

    /// <summary>Released at each flush that waits.</summary>
    public SemaphoreSlim Waiting { get; } = new(0);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (Fails())
        {
            base.Write(file, bytes[..(bytes.Length / 2)], offset); // what a full disk leaves
            throw Fault();
        }

        base.Write(file, bytes, offset);
    }

    public override void Flush(SafeFileHandle file)
    {
        Flushes++;
        if (Gate is { } gate)
        {
            Waiting.Release();
            gate.Wait();
        }

        ThrowIfFails();
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        ThrowIfFails();
        base.Truncate(file, length);
    }

    public override void Rename(string from, string to)
    {
        var fails = Fails();
        File.Move(from, to, overwrite: true);
        if (fails)
        {
            throw Fault(); // the flush of the folder: the rename itself may stay or not
        }
    }

    public override void Delete(string path)
    {
        ThrowIfFails();
        File.Delete(path);
    }

    private static IOException Fault() => new("No space left on device", NoSpace);

    private bool Fails() => ++Operations == FailAt || (IsGone && FailAt > 0 && Operations > FailAt);

    private void ThrowIfFails()
    {
        if (Fails())
        {
            throw Fault();
        }
    }
}
