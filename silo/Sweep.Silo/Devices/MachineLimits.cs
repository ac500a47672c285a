using System.Globalization;

namespace Sweep.Silo.Devices;

/// <summary>What this process may use of its machine, and which rule said so.</summary>
public sealed record MachineLimits
{
    /// <summary>Whole cores, at least 1: half a core more is nothing that a thread could run on.</summary>
    public required int Cores { get; init; }

    /// <summary>For people: what limits the cores.</summary>
    public required string CoresFrom { get; init; }

    /// <summary>Bytes; null where nothing tells.</summary>
    public long? Memory { get; init; }

    /// <summary>For people: what limits the memory.</summary>
    public string? MemoryFrom { get; init; }

    /// <summary>
    /// Reads the machine's own limits, then the control groups' (kernel documentation: cgroup-v2, cpu.max and memory.max; cgroup-v1,
    /// cpu.cfs_quota_us and memory.limit_in_bytes).
    /// </summary>
    /// <param name="root"><c>/</c>, or a folder that stands in for it.</param>
    /// <param name="coresSeen">What the runtime counts. It rounds a quota of 1.5 cores up; here it is rounded down.</param>
    public static MachineLimits Read(string root, int coresSeen)
    {
        var cores = (Count: coresSeen, From: "the processors this process may run on");
        if (AllowedProcessors(root) is { } allowed && allowed < cores.Count)
        {
            cores = (allowed, "Cpus_allowed_list of /proc/self/status (cpuset or affinity)");
        }

        (long Bytes, string From)? memory = MachineMemory(root) is { } machine ? (machine, "MemTotal of /proc/meminfo") : null;
        foreach (var group in ControlGroups.Of(root))
        {
            if (group.Cores() is { } quota && Math.Max(1, (int)Math.Floor(quota.Value)) < cores.Count)
            {
                cores = (Math.Max(1, (int)Math.Floor(quota.Value)), quota.File);
            }

            if (group.Memory() is { } limit && (memory is null || limit.Value < memory.Value.Bytes))
            {
                memory = (limit.Value, limit.File);
            }
        }

        return new MachineLimits { Cores = cores.Count, CoresFrom = cores.From, Memory = memory?.Bytes, MemoryFrom = memory?.From };
    }

    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} {(Cores == 1 ? "core" : "cores")} by {CoresFrom}; {(Memory is { } bytes ? $"{bytes / (double)(1 << 20):F0} MiB of memory by {MemoryFrom}" : "memory unknown")}");

    private static int? AllowedProcessors(string root)
    {
        const string Key = "Cpus_allowed_list:";
        return Lines(root, "proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
            ? line[Key.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Sum(Width)
            : null;
    }

    /// <param name="range"><c>4</c> or <c>0-3</c>.</param>
    private static int Width(string range)
    {
        var ends = range.Split('-');
        return int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1;
    }

    private static long? MachineMemory(string root)
    {
        const string Key = "MemTotal:";
        return Lines(root, "proc/meminfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[Key.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024
            : null;
    }

    private static IEnumerable<string> Lines(string root, string file)
    {
        var path = Path.Combine(root, file);
        return File.Exists(path) ? File.ReadLines(path) : [];
    }
}
