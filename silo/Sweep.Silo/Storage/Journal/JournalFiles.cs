using Microsoft.Win32.SafeHandles;
using Sweep.Silo.Files;

namespace Sweep.Silo.Storage.Journal;

/// <summary>What a journal asks of the file system. Tests put one in its place that fails where they say.</summary>
internal class JournalFiles
{
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <summary>What was written to the file is on the disk when this returns.</summary>
    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        DurableFiles.SyncFolder(Path.GetDirectoryName(to)!);
    }

    public virtual void Delete(string path)
    {
        File.Delete(path);
        DurableFiles.SyncFolder(Path.GetDirectoryName(path)!);
    }
}
