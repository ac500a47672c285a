namespace Sweep.Silo.Files;

/// <summary>What lies where below the state folder.</summary>
public sealed record StateFolder(string Root)
{
    /// <summary>Grain state; belongs to the primary silo.</summary>
    public string Grains { get; init; } = Path.Combine(Root, "grains");

    /// <summary>The artifact store; shared by every silo of this machine.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>Where the primary silo lets clients in; there while it takes them. Clients of this machine find it by this file.</summary>
    public string Ready => Path.Combine(Root, "silo.json");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>One silo's scratch: inputs, checkpoints and outputs of what it runs. Holds nothing that is not in the store or can be computed again.</summary>
    public string Silo(string name) => Path.Combine(Root, "silos", name);

    public string SiloLog(string name) => Path.Combine(Logs, $"silo-{name}.log");

    /// <summary>Creates the folders, or says why it cannot.</summary>
    /// <exception cref="StateFolderException">A folder can be neither found nor made, or nothing can be written to it.</exception>
    public void Create()
    {
        foreach (var folder in new[] { Root, Grains, Artifacts, Logs })
        {
            try
            {
                Directory.CreateDirectory(folder);
                var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
                using (File.Create(probe))
                {
                }

                File.Delete(probe);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StateFolderException(StorageFault.Describe(e, "use the state folder", folder), e);
            }
        }
    }
}

/// <summary>The state folder cannot be used.</summary>
public sealed class StateFolderException(string message, Exception inner) : Exception(message, inner);
