using System.Globalization;

namespace Sweep.Silo.Files;

/// <summary>
/// A folder that belongs to one process. The system drops the lock when the process ends, however it ends; a file
/// beside it names the holder for people and for the message of whoever is refused.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string LockName = "lock";
    private const string HolderName = "holder"; // beside the lock, which nobody else can read
    private const int WouldBlock = 11;          // EWOULDBLOCK

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <param name="folder">Created if absent.</param>
    /// <param name="patience">How long to wait for a holder that is about to end: a killed process needs a moment to go.</param>
    /// <exception cref="FolderInUseException">Another process holds it.</exception>
    public static async Task<FolderLock> Acquire(string folder, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FolderLock(Take(folder));
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (time.GetElapsedTime(started) >= patience)
                {
                    throw new FolderInUseException(folder, Holder(folder));
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Take(string folder)
    {
        var file = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        File.WriteAllText(Path.Combine(folder, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return file;
    }

    private static string? Holder(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, HolderName)).Trim();
            return text.Length == 0 ? null : text;
        }
        catch (IOException)
        {
            return null; // not written yet, or being written: the message does without the number
        }
    }
}

/// <summary>A folder belongs to another process.</summary>
public sealed class FolderInUseException(string folder, string? holder) : Exception(
    $"One silo at a time may use '{folder}', but {(holder is null ? "another process" : $"process {holder}")} holds it.");
