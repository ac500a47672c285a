namespace Sweep.Silo.Devices;

/// <summary>The folder where silos of one machine, of any user, lock its devices.</summary>
public static class DeviceLockFolder
{
    private const int WouldBlock = 11; // EWOULDBLOCK
    private const string Name = "sweep-devices";

    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="named">By option; null for the machine's own lock folder, else the temporary one.</param>
    /// <exception cref="IOException">It cannot be made or written to.</exception>
    public static string Open(string? named)
    {
        string[] places = named is not null ? [named] : [Path.Combine("/run/lock", Name), Path.Combine(Path.GetTempPath(), Name)];
        var refusals = new List<string>();
        foreach (var place in places)
        {
            try
            {
                if (!Directory.Exists(place))
                {
                    Directory.CreateDirectory(place);
                    Let(place, Everybody | Enter | UnixFileMode.StickyBit);
                }

                var probe = Path.Combine(place, $"probe-{Guid.NewGuid():N}");
                File.WriteAllText(probe, "");
                File.Delete(probe);
                return place;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refusals.Add(e.Message);
            }
        }

        throw new IOException($"Devices are locked in a folder that this silo can write to, but: {string.Join(" ", refusals)} Name one with --device-locks.");
    }

    /// <returns>The file, locked as long as it is open; null when another process has locked it.</returns>
    internal static FileStream? TryLock(string path)
    {
        try
        {
            // Opened first, made only where it is absent: in a folder that all may write to, the kernel refuses to make another user's file.
            return File.Exists(path)
                ? new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
                : Made(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), path);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return null;
        }
    }

    internal static void Write(string path, string text)
    {
        var present = File.Exists(path);
        File.WriteAllText(path, text);
        if (!present)
        {
            Let(path, Everybody);
        }
    }

    /// <summary>The umask takes from what a new file's mode asks for, so it is set afterwards.</summary>
    private static void Let(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static FileStream Made(FileStream file, string path)
    {
        Let(path, Everybody);
        return file;
    }
}
