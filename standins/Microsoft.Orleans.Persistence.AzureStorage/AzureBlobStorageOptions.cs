using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Which container of which account, and how state becomes bytes.</summary>
public class AzureBlobStorageOptions : IStorageProviderSerializerOptions
{
    public const string DEFAULT_CONTAINER_NAME = "grainstate";
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;

    private BlobServiceClient? _blobServiceClient;

    /// <summary>Created when the silo starts, if it is not there.</summary>
    public string ContainerName { get; set; } = DEFAULT_CONTAINER_NAME;

    /// <summary>Stage of the silo's start in which the container is opened.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    /// <summary>Unset: the silo's own <see cref="IGrainStorageSerializer"/>.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    [DisallowNull]
    public BlobServiceClient? BlobServiceClient
    {
        get => _blobServiceClient;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _blobServiceClient = value;
        }
    }

    /// <summary>Whether clearing deletes the blob, or leaves an empty one whose ETag goes on. Default: it deletes.</summary>
    public bool DeleteStateOnClear { get; set; } = true;
}

/// <summary>Checks <see cref="AzureBlobStorageOptions"/> when the silo starts.</summary>
public partial class AzureBlobStorageOptionsValidator(AzureBlobStorageOptions options, string name) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (options.BlobServiceClient is null)
        {
            throw new OrleansConfigurationException(
                $"{nameof(AzureBlobStorageOptions)}.{nameof(AzureBlobStorageOptions.BlobServiceClient)} of the grain storage '{name}' must be set, but is not.");
        }

        if (options.ContainerName is not { Length: >= 3 and <= 63 } container || !ContainerName().IsMatch(container))
        {
            throw new OrleansConfigurationException(
                $"{nameof(AzureBlobStorageOptions)}.{nameof(AzureBlobStorageOptions.ContainerName)} of the grain storage '{name}' must be "
                + $"3 to 63 lower-case letters, digits and inner hyphens, but is '{options.ContainerName}'.");
        }

        if (options.GrainStorageSerializer is null)
        {
            throw new NotSupportedException(
                $"The stand-in for Microsoft.Orleans.Persistence.AzureStorage brings no serializer of its own: set "
                + $"{nameof(AzureBlobStorageOptions)}.{nameof(AzureBlobStorageOptions.GrainStorageSerializer)} of the grain storage '{name}'.");
        }
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
