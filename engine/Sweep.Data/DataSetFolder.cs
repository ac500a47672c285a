using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>Finds data sets on this machine.</summary>
public static class DataSetFolder
{
    /// <summary>Environment variable naming one more folder to search.</summary>
    public const string Variable = "SWEEP_DATA";

    private const string SystemFolder = "/usr/share/datasets";

    /// <summary>The folders to search: the given ones, then <c>SWEEP_DATA</c>, then the user's own, then the system's.</summary>
    public static IReadOnlyList<string> SearchedIn(IReadOnlyList<string> roots) => SearchedIn(roots, Environment.GetEnvironmentVariable);

    /// <param name="roots">Searched first.</param>
    /// <param name="variable">Reads the environment.</param>
    public static IReadOnlyList<string> SearchedIn(IReadOnlyList<string> roots, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(variable);
        string?[] others = [variable(Variable), UserFolder(variable), SystemFolder];
        return [.. roots.Concat(others.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => folder!)).Distinct()];
    }

    /// <summary>Where <c>sweep data get</c> places data sets when no other folder is named: the XDG base directory rules say where.</summary>
    /// <returns>Null when the environment tells no home.</returns>
    public static string? UserFolder(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable("XDG_DATA_HOME") is { Length: > 0 } data ? Path.Combine(data, "sweep", "data")
            : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share", "sweep", "data")
            : null;
    }

    /// <returns>The path of each file of <paramref name="data"/>, in its order, plain or with <c>.gz</c>, all in one folder.</returns>
    /// <exception cref="StageFaultException">BadData: no folder holds all of them; the message says what to put where.</exception>
    public static IReadOnlyList<string> Find(KnownData data, IReadOnlyList<string> roots)
    {
        ArgumentNullException.ThrowIfNull(data);
        var searched = SearchedIn(roots);
        return TryFind(data, searched)
            ?? throw StageFaultException.BadData($"{Missing(data, searched)} {HowToPlace(data)}");
    }

    /// <param name="searched">What <see cref="SearchedIn(IReadOnlyList{string})"/> gave.</param>
    /// <returns>As <see cref="Find"/>; null when no folder holds all of them.</returns>
    public static IReadOnlyList<string>? TryFind(KnownData data, IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(searched);
        foreach (var folder in searched.SelectMany(root => Candidates(data, root)))
        {
            var paths = data.Files.Select(file => Present(folder, file.Name)).ToList();
            if (paths.TrueForAll(path => path is not null))
            {
                return paths.ConvertAll(path => path!);
            }
        }

        return null;
    }

    /// <returns>A folder of the data set's own that holds some of its files, and the first that is missing; null when there is none.</returns>
    internal static (string Folder, string Missing)? FindPart(KnownData data, IReadOnlyList<string> searched)
    {
        foreach (var folder in searched.SelectMany(root => Candidates(data, root).Where(folder => folder != root)))
        {
            if (data.Files.FirstOrDefault(file => Present(folder, file.Name) is null) is { } missing && data.Files.Any(file => Present(folder, file.Name) is not null))
            {
                return (folder, missing.Name);
            }
        }

        return null;
    }

    /// <summary>The rule, and where was looked.</summary>
    public static string Missing(KnownData data, IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(data);
        return $"The data set '{data.Name}' must lie in one folder as {string.Join(", ", data.Files.Select(file => file.Name))} (each plain or with .gz), "
            + $"but none of these has it: {string.Join(", ", searched.Select(root => Path.Combine(root, data.Name)))}.";
    }

    public static string HowToPlace(KnownData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var debian = data.DebianPackage is { } package ? $"On Debian, 'apt-get install {package}' places it in {SystemFolder}/{data.Name}. " : "";
        return $"{debian}Where there is a network, 'sweep data get {data.Name}' downloads it; "
            + $"otherwise put the files into a folder '{data.Name}' and name the folder above it with --data or {Variable}.";
    }

    /// <returns>The folder that has <c>train</c> and <c>val</c>: one called <paramref name="name"/> in a searched one, or a searched one itself.</returns>
    /// <exception cref="StageFaultException">BadData: there is none; the message says what to put where.</exception>
    public static string FindPhotographs(string name, IReadOnlyList<string> roots)
    {
        var searched = SearchedIn(roots);
        return TryFindPhotographs(name, searched) ?? throw StageFaultException.BadData(MissingPhotographs(name, searched));
    }

    /// <returns>As <see cref="FindPhotographs"/>; null when there is none.</returns>
    public static string? TryFindPhotographs(string name, IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(searched);
        if (name is null or "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw StageFaultException.BadData($"A folder of photographs must be named without what it lies in, but the name is '{name}'.");
        }

        return searched.SelectMany(root => new[] { Path.Combine(root, name), root }).FirstOrDefault(HoldsPhotographs) is { } found ? Inside(found, searched) : null;
    }

    /// <summary>Whoever can place a link in a folder of data reads by it no more than lies in such folders.</summary>
    private static string Inside(string folder, IReadOnlyList<string> searched)
    {
        foreach (var part in new[] { folder, Path.Combine(folder, ImageFolderIndex.TrainingName), Path.Combine(folder, ImageFolderIndex.TestName) })
        {
            if (!RootedPath.IsUnder(part, searched))
            {
                throw StageFaultException.BadData(
                    $"Photographs must lie in a folder of data, but '{part}' leads to '{RootedPath.Real(part)}', which is in none of: {string.Join(", ", searched)}. "
                    + $"Name the folder it leads to with --data or {Variable}.");
            }
        }

        return folder;
    }

    public static string MissingPhotographs(string name, IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(searched);
        return $"The photographs of '{name}' must lie in a folder '{name}' as train/CLASS/*.jpg and val/CLASS/*.jpg (or .jpeg, .png), "
            + $"but none of these has 'train' and 'val': {string.Join(", ", searched.Select(root => Path.Combine(root, name)))}. "
            + $"Name the folder above it with --data or {Variable}.";
    }

    internal static bool HoldsPhotographs(string folder) =>
        Directory.Exists(Path.Combine(folder, ImageFolderIndex.TrainingName)) && Directory.Exists(Path.Combine(folder, ImageFolderIndex.TestName));

    /// <summary>Where 'get' places comes first: what it fetched stands before what is damaged further inside.</summary>
    private static IEnumerable<string> Candidates(KnownData data, string root)
    {
        string[] folders = [Path.Combine(root, data.Name), root];
        return data.ArchiveFolder is { } inner ? folders.SelectMany(folder => new[] { folder, Path.Combine(folder, inner) }) : folders;
    }

    private static string? Present(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }
}
