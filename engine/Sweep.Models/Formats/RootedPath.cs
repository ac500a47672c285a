namespace Sweep.Models.Formats;

/// <summary>Where a path leads, and whether that is inside a folder, links and <c>..</c> followed.</summary>
public static class RootedPath
{
    /// <summary>As the kernel's own limit on links in one path.</summary>
    private const int MostLinks = 40;

    /// <summary>The path without links, as far as it exists.</summary>
    /// <exception cref="IOException">The links lead around in a circle.</exception>
    public static string Real(string path)
    {
        var links = 0;
        return Real(Path.GetFullPath(path), ref links);
    }

    /// <returns>Whether the path leads to one of the folders or to something below it. A folder that is itself a link counts by where it leads.</returns>
    /// <exception cref="IOException">The links lead around in a circle.</exception>
    public static bool IsUnder(string path, IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var real = Real(path);
        return folders.Select(Real).Any(folder => real == folder || real.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    private static string Real(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } folder)
        {
            return path;
        }

        var here = Path.Combine(Real(folder, ref links), Path.GetFileName(path));
        if (new FileInfo(here).LinkTarget is not { } target)
        {
            return Path.TrimEndingDirectorySeparator(here);
        }

        if (++links > MostLinks)
        {
            throw new IOException($"A path must lead somewhere, but '{path}' goes through more than {MostLinks} links.");
        }

        return Real(Path.GetFullPath(target, Path.GetDirectoryName(here)!), ref links);
    }
}
