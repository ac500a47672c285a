namespace Sweep.Silo.Engines;

/// <summary>Finds the engine's executable: the silo knows it as a file and never as code.</summary>
public static class EngineFile
{
    private const string Name = "sweep-engine";

    /// <param name="named">By option or environment; null to look for it.</param>
    /// <param name="siloFolder">Where the silo's own executable lies.</param>
    /// <exception cref="FileNotFoundException">The message names every place that was looked at.</exception>
    public static string Find(string? named, string siloFolder)
    {
        var executable = OperatingSystem.IsWindows() ? $"{Name}.exe" : Name;
        List<string> places = named is not null ? [Path.GetFullPath(named)] : [Path.Combine(siloFolder, "engine", executable), .. BuildOutputs(siloFolder, executable)];
        return places.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"The engine must be at {string.Join(" or ", places.Select(place => $"'{place}'"))}, but is not. Name it with --engine or SWEEP_ENGINE.");
    }

    /// <summary>In a checkout the silo runs from <c>…/bin/Release/net10.0</c>, and the engine lies in its own project's folder of that name.</summary>
    private static IEnumerable<string> BuildOutputs(string siloFolder, string executable)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(siloFolder));
        if (framework.Parent is not { Parent.Name: "bin" } configuration)
        {
            yield break;
        }

        for (var folder = configuration.Parent; folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, "engine", "Sweep.Engine");
            if (Directory.Exists(project))
            {
                yield return Path.Combine(project, "bin", configuration.Name, framework.Name, executable);
                yield break;
            }
        }
    }
}
