namespace Sweep.Silo.Settings;

/// <summary>Where grain state is kept.</summary>
public enum GrainStorageKind
{
    /// <summary>The state folder; one machine.</summary>
    Files,

    /// <summary>Azure Blob Storage.</summary>
    Azure,

    Postgres,
}

/// <summary>Where artifacts are kept.</summary>
public enum ArtifactStoreKind
{
    /// <summary>A folder that every silo sees under its own path: the state folder's on one machine, a shared file system on several.</summary>
    Folder,

    /// <summary>A container of Azure Blob Storage.</summary>
    Azure,
}

/// <summary>Where what must last is kept, and how to get at it.</summary>
public sealed record StorageSettings
{
    public GrainStorageKind Grains { get; init; } = GrainStorageKind.Files;

    public ArtifactStoreKind Artifacts { get; init; } = ArtifactStoreKind.Folder;

    /// <summary>Folder of artifacts; null for the state folder's.</summary>
    public string? ArtifactFolder { get; init; }

    /// <summary>
    /// A connection string of Azure Storage, or the address of an account's blobs (<c>https://name.blob.core.windows.net</c>), which is opened
    /// with the identity that the environment gives (workload identity, managed identity). Secret.
    /// </summary>
    public string? Azure { get; init; }

    /// <summary>Containers and the membership table begin with this: several clusters may share an account.</summary>
    public string AzurePrefix { get; init; } = "sweep";

    /// <summary>A connection string of Npgsql. Secret.</summary>
    public string? Postgres { get; init; }

    /// <summary>Container of grain state.</summary>
    public string GrainContainer => $"{AzurePrefix}-grains";

    /// <summary>Container of artifacts.</summary>
    public string ArtifactContainer => $"{AzurePrefix}-artifacts";

    /// <summary>Table of membership: letters and digits only.</summary>
    public string MembershipTable => $"{AzurePrefix.Replace("-", "", StringComparison.Ordinal)}silos";

    /// <summary>Without the secrets: records are printed by whoever looks for a fault.</summary>
    public override string ToString() => $"{nameof(StorageSettings)} {{ {nameof(Grains)} = {Grains}, {nameof(Artifacts)} = {Artifacts}, {nameof(ArtifactFolder)} = {ArtifactFolder} }}";

    /// <param name="cluster">Which silos share the stores.</param>
    /// <returns>The broken rules, each naming the flag; values of secrets are not told.</returns>
    public IEnumerable<string> Faults(ClusterSettings cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (!Sweep.Grains.PlainName.Fits(AzurePrefix) || AzurePrefix.Length > 40 || !char.IsAsciiLetterLower(AzurePrefix[0]))
        {
            yield return $"--azure-prefix must begin with a letter and be at most 40 lower-case letters, digits and inner hyphens, but is '{AzurePrefix}'.";
        }

        if (Azure is not null && Storage.AzureClients.Fault(Azure) is { } fault)
        {
            yield return fault;
        }

        foreach (var (flag, wanted) in new[]
        {
            ("--membership", cluster.Membership == MembershipKind.Azure),
            ("--grain-storage", Grains == GrainStorageKind.Azure),
            ("--artifact-store", Artifacts == ArtifactStoreKind.Azure),
        })
        {
            if (wanted && Azure is null)
            {
                yield return $"{flag} azure needs --azure (SWEEP_AZURE), but it is missing.";
            }
        }

        foreach (var (flag, wanted) in new[] { ("--membership", cluster.Membership == MembershipKind.Postgres), ("--grain-storage", Grains == GrainStorageKind.Postgres) })
        {
            if (wanted && Postgres is null)
            {
                yield return $"{flag} postgres needs --postgres (SWEEP_POSTGRES), but it is missing.";
            }
        }

        if (cluster.Membership != MembershipKind.Primary && Grains == GrainStorageKind.Files && cluster.HostsGrains)
        {
            yield return $"--grain-storage must be one that every control silo reaches when --membership is {cluster.Membership.ToString().ToLowerInvariant()}, but is files.";
        }

        if (cluster.Membership != MembershipKind.Primary && Artifacts == ArtifactStoreKind.Folder && ArtifactFolder is null)
        {
            yield return $"--artifact-folder must name a folder that every silo sees when --membership is {cluster.Membership.ToString().ToLowerInvariant()}, or --artifact-store another store, but both are missing.";
        }

        if (ArtifactFolder is not null && Artifacts != ArtifactStoreKind.Folder)
        {
            yield return $"--artifact-folder needs --artifact-store folder, but that is {Artifacts.ToString().ToLowerInvariant()}.";
        }
    }
}
