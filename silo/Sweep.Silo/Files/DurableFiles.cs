using System.Runtime.InteropServices;

namespace Sweep.Silo.Files;

/// <summary>Writes that are on the disk when they return, and renames that survive a power cut.</summary>
public static class DurableFiles
{
    private const int ReadOnly = 0; // O_RDONLY

    /// <summary>Replaces a file with <paramref name="content"/> as one: temporary file, fsync, rename, fsync of the folder.</summary>
    public static async Task Replace(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var temporary = path + ".tmp";
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            await file.WriteAsync(content, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Creates a folder and what is missing above it, each entry on the disk.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder))!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        SyncFolder(parent);
    }

    /// <summary>Makes the entries of a folder durable: a rename is only on the disk when its folder is.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals renames, and a folder cannot be flushed
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Fault(folder);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Fault(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Fault(string folder)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"Could not flush folder '{folder}': {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
