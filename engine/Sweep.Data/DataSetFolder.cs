using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>Finds a data set's files on this machine.</summary>
public static class DataSetFolder
{
    /// <summary>Environment variable naming one more folder to search.</summary>
    public const string Variable = "SWEEP_DATA";

    private const string SystemFolder = "/usr/share/datasets";

    /// <summary>The folders to search: the given ones, then <c>SWEEP_DATA</c>, then the system's.</summary>
    public static IReadOnlyList<string> SearchedIn(IReadOnlyList<string> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var named = Environment.GetEnvironmentVariable(Variable);
        return [.. roots, .. string.IsNullOrEmpty(named) ? Array.Empty<string>() : [named], SystemFolder];
    }

    /// <returns>The path of each file of <paramref name="data"/>, in its order, plain or with <c>.gz</c>, all in one folder.</returns>
    /// <exception cref="StageFaultException">BadData: no folder holds all of them; the message says what to put where.</exception>
    public static IReadOnlyList<string> Find(KnownData data, IReadOnlyList<string> roots)
    {
        ArgumentNullException.ThrowIfNull(data);
        var searched = SearchedIn(roots);
        foreach (var folder in searched.SelectMany(root => new[] { Path.Combine(root, data.Name), root }))
        {
            var paths = data.Files.Select(file => Present(folder, file.Name)).ToList();
            if (paths.TrueForAll(path => path is not null))
            {
                return paths.ConvertAll(path => path!);
            }
        }

        throw StageFaultException.BadData(
            $"The data set '{data.Name}' must lie in one folder as {string.Join(", ", data.Files.Select(file => file.Name))} (each plain or with .gz), "
            + $"but none of these has it: {string.Join(", ", searched.Select(root => Path.Combine(root, data.Name)))}. "
            + $"On Debian, 'apt-get install dataset-{data.Name}' places it in {SystemFolder}/{data.Name}; "
            + $"otherwise put the files into a folder '{data.Name}' and name the folder above it in {Variable}.");
    }

    private static string? Present(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }
}
