using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>Whether the engine will find the images; it reads them, the client only looks.</summary>
internal static class DataSets
{
    private const string SystemFolder = "/usr/share/datasets";

    /// <returns>The folder that holds every file of a data set, plain or with <c>.gz</c>; null when there is none.</returns>
    public static string? Find(KnownData data, string? named, Func<string, string?> variable) =>
        Roots(named, variable).SelectMany(root => new[] { Path.Combine(root, data.Name), root })
            .FirstOrDefault(folder => data.Files.All(file => File.Exists(Path.Combine(folder, file.Name)) || File.Exists(Path.Combine(folder, file.Name + ".gz"))));

    /// <summary>Said before anything starts, rather than by the first stage that fails.</summary>
    /// <exception cref="ClientException">No folder has it.</exception>
    public static void Require(string name, string? named, Func<string, string?> variable)
    {
        if (KnownData.Find(name) is { } data && Find(data, named, variable) is null)
        {
            throw new ClientException(
                ExitCode.Error,
                $"The data set '{name}' must lie in one folder as {string.Join(", ", data.Files.Select(file => file.Name))} (each plain or with .gz), but none of these has it: "
                + $"{string.Join(", ", Roots(named, variable).Select(root => Path.Combine(root, name)))}.",
                Advice(name));
        }
    }

    public static string Advice(string name) =>
        $"On Debian: build/install-prerequisites.sh, or 'apt-get install dataset-{name}'. Elsewhere: name the folder that holds it with --data or SWEEP_DATA.";

    private static IEnumerable<string> Roots(string? named, Func<string, string?> variable)
    {
        string?[] roots = [named, variable("SWEEP_DATA"), SystemFolder];
        return roots.OfType<string>();
    }
}
