namespace Azure.Storage.Blobs.Models;

/// <summary>Who may read a container without credentials.</summary>
public enum PublicAccessType
{
    None = 0,
}

/// <summary>Absent here; only its place in a signature is kept.</summary>
public class BlobContainerEncryptionScopeOptions
{
    private BlobContainerEncryptionScopeOptions()
    {
    }
}
