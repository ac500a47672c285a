using System.Globalization;

namespace Sweep.Silo.Devices;

/// <summary>The control groups that this process is in, of either version, with all that stand above them: each one's limits hold.</summary>
internal static class ControlGroups
{
    /// <param name="root"><c>/</c>, or a folder that stands in for it.</param>
    public static IEnumerable<ControlGroup> Of(string root)
    {
        var own = Path.Combine(root, "proc/self/cgroup");
        var mounts = Path.Combine(root, "proc/self/mountinfo");
        if (!File.Exists(own) || !File.Exists(mounts))
        {
            return [];
        }

        var memberships = File.ReadLines(own).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
        return [.. File.ReadLines(mounts).Select(Mount.Parse).OfType<Mount>().SelectMany(mount => memberships.Where(mount.Holds).SelectMany(parts => mount.Up(root, parts[2])))];
    }

    /// <param name="Inside">The group that is visible at <paramref name="Place"/>; another than <c>/</c> in a container.</param>
    /// <param name="Controllers">Empty for version 2, which has all in one tree.</param>
    private sealed record Mount(string Inside, string Place, bool Unified, IReadOnlyList<string> Controllers)
    {
        /// <summary>Format: proc_pid_mountinfo(5).</summary>
        public static Mount? Parse(string line)
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length != 2 || halves[0].Split(' ') is not { Length: >= 5 } fields || halves[1].Split(' ') is not { Length: >= 3 } system)
            {
                return null;
            }

            return system[0] switch
            {
                "cgroup2" => new Mount(fields[3], fields[4], Unified: true, []),
                "cgroup" => new Mount(fields[3], fields[4], Unified: false, system[2].Split(',')),
                _ => null,
            };
        }

        /// <param name="membership">Hierarchy, controllers, path: cgroups(7).</param>
        public bool Holds(string[] membership) => Unified
            ? membership[0] == "0" && membership[1].Length == 0
            : membership[1].Split(',').Any(controller => controller is "cpu" or "memory" && Controllers.Contains(controller));

        /// <summary>The group itself, then those above it as far as they can be seen.</summary>
        public IEnumerable<ControlGroup> Up(string root, string path)
        {
            var relative = Inside != "/" && path.StartsWith(Inside, StringComparison.Ordinal) ? path[Inside.Length..] : path;
            var top = Path.Combine(root, Place.TrimStart('/'));
            for (var left = relative.Trim('/'); ; left = left.Contains('/', StringComparison.Ordinal) ? left[..left.LastIndexOf('/')] : "")
            {
                var folder = Path.Combine(top, left);
                if (Directory.Exists(folder))
                {
                    yield return new ControlGroup(folder, Path.Combine(Place, left).TrimEnd('/'));
                }

                if (left.Length == 0)
                {
                    yield break;
                }
            }
        }
    }
}

/// <summary>One group's folder.</summary>
/// <param name="Name">As it is called on the machine, for people.</param>
internal sealed record ControlGroup(string Folder, string Name)
{
    /// <summary>Cores by quota, fractional; null without one.</summary>
    public (double Value, string File)? Cores()
    {
        // Version 2: "max 100000" or "150000 100000", in µs.
        if (Text("cpu.max")?.Split(' ') is [var share, var length] && Number(share) is { } quota2 && Number(length) is > 0 and { } period2)
        {
            return (quota2 / (double)period2, $"{Name}/cpu.max");
        }

        return Number(Text("cpu.cfs_quota_us")) is > 0 and { } quota && Number(Text("cpu.cfs_period_us")) is > 0 and { } period
            ? (quota / (double)period, $"{Name}/cpu.cfs_quota_us")
            : null;
    }

    /// <summary>Bytes; null for no limit. Version 1 writes a number beyond any machine for that, which is the smaller of no two.</summary>
    public (long Value, string File)? Memory() =>
        Number(Text("memory.max")) is { } limit2 ? (limit2, $"{Name}/memory.max")
        : Number(Text("memory.limit_in_bytes")) is { } limit ? (limit, $"{Name}/memory.limit_in_bytes")
        : null;

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string? Text(string file)
    {
        var path = Path.Combine(Folder, file);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
