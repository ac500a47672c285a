using System.Globalization;

namespace Sweep.Silo.Engines;

/// <summary>
/// Resident memory of an engine process, as Linux counts it (proc_pid_status(5): VmHWM, VmRSS). It includes the pages of libraries that
/// several engines share, so sums over engines err on the safe side.
/// </summary>
/// <param name="process">Its id; null when there is none.</param>
/// <param name="processes"><c>/proc</c>, or a folder that stands in for it.</param>
public sealed class ProcessMemoryGauge(Func<int?> process, string processes = "/proc") : IMemoryGauge
{
    /// <summary>proc_pid_clear_refs(5): sets the high-water mark to what is resident now.</summary>
    private const string ResetHighWater = "5";

    private long? _peak;

    public void Begin()
    {
        _peak = null;
        if (process() is not { } id)
        {
            return; // the process that will be started starts from nothing
        }

        try
        {
            File.WriteAllText(Path.Combine(Folder(id), "clear_refs"), ResetHighWater);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not allowed everywhere. The mark then is the process's own, which is no less than the stage's: the safe side again.
        }
    }

    public long? Peak()
    {
        if (process() is { } id && Read(id, "VmHWM:") is { } seen)
        {
            _peak = Math.Max(seen, _peak ?? 0);
        }

        return _peak;
    }

    public long? Held() => process() is { } id ? Read(id, "VmRSS:") : 0;

    private string Folder(int id) => Path.Combine(processes, id.ToString(CultureInfo.InvariantCulture));

    private long? Read(int id, string key)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(Folder(id), "status")).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[key.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null; // it has ended in this moment
        }
    }
}
