namespace Sweep.Client.Cluster;

/// <summary>An executable of Sweep that the client knows as a file only, never as an assembly.</summary>
internal sealed record ProgramFile
{
    public required string Name { get; init; }

    /// <summary>Environment variable that names the file.</summary>
    public required string Variable { get; init; }

    /// <summary>Below the client's folder, in an installation.</summary>
    public required string InstalledIn { get; init; }

    /// <summary>Project folder, in a checkout.</summary>
    public required string Project { get; init; }

    public static ProgramFile Silo { get; } = new() { Name = "sweep-silo", Variable = "SWEEP_SILO", InstalledIn = "silo", Project = "silo/Sweep.Silo" };

    public static ProgramFile Engine { get; } = new() { Name = "sweep-engine", Variable = "SWEEP_ENGINE", InstalledIn = "silo/engine", Project = "engine/Sweep.Engine" };

    /// <exception cref="ClientException">It is nowhere.</exception>
    public string Find(Func<string, string?> variable, string clientFolder)
    {
        if (variable(Variable) is { } named)
        {
            return File.Exists(named) ? named : throw new ClientException(ExitCode.Error, $"{Variable} must name the {Name} executable, but there is no file '{named}'.");
        }

        string[] places = [Path.Combine(clientFolder, InstalledIn, Name), .. InCheckout(clientFolder)];
        return places.FirstOrDefault(File.Exists) ?? throw new ClientException(
            ExitCode.Error,
            $"The {Name} executable was not found. Looked at: {string.Join(", ", places)}.",
            $"Set {Variable} to its path, or build the whole checkout with ./build.sh.");
    }

    /// <summary><c>client/Sweep.Client/bin/Release/net10.0</c> → <c>silo/Sweep.Silo/bin/Release/net10.0</c>.</summary>
    private IEnumerable<string> InCheckout(string clientFolder)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(clientFolder));
        for (var folder = framework.Parent is { Parent.Name: "bin" } configuration ? configuration.Parent : null; folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, Project)))
            {
                yield return Path.Combine(folder.FullName, Project, "bin", framework.Parent!.Name, framework.Name, Name);
                yield break;
            }
        }
    }
}
