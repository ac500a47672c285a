using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Grain state in a container, one blob a state, named <c>{stateName}-{grainId}.json</c>. The blob's ETag is the state's: a write names
/// the one it knows, or that there must be none.
/// </summary>
public class AzureBlobGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private const string ContentType = "application/octet-stream";
    private const string ContainerNotFound = "ContainerNotFound";

    private readonly string _name;
    private readonly AzureBlobStorageOptions _options;
    private BlobContainerClient? _container;

    internal AzureBlobGrainStorage(string name, AzureBlobStorageOptions options)
    {
        _name = name;
        _options = options;
    }

    private BlobContainerClient Container =>
        _container ?? throw new InvalidOperationException($"The grain storage '{_name}' opens when the silo starts, and is not open.");

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe($"{nameof(AzureBlobGrainStorage)}-{_name}", _options.InitStage, Open);

    public async Task ReadStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            var answer = await BlobOf(grainType, grainId).DownloadContentAsync();
            var content = answer.Value.Content;
            var state = content.ToMemory().IsEmpty ? default : _options.GrainStorageSerializer.Deserialize<T>(content);
            grainState.State = state is null ? CreateState<T>() : state;
            grainState.ETag = answer.Value.Details.ETag.ToString();
            grainState.RecordExists = state is not null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            grainState.State = CreateState<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }
    }

    public async Task WriteStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        var blob = BlobOf(grainType, grainId);
        var content = _options.GrainStorageSerializer.Serialize(grainState.State);
        grainState.ETag = await Write(blob, content, grainState.ETag);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        var blob = BlobOf(grainType, grainId);
        if (_options.DeleteStateOnClear)
        {
            var conditions = ConditionsOf(grainState.ETag);
            await Change(blob, grainState.ETag, () => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions));
            grainState.ETag = null;
        }
        else
        {
            grainState.ETag = await Write(blob, BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty), grainState.ETag);
        }

        grainState.State = CreateState<T>();
        grainState.RecordExists = false;
    }

    private BlobClient BlobOf(string grainType, GrainId grainId) => Container.GetBlobClient($"{grainType}-{grainId}.json");

    private async Task<string> Write(BlobClient blob, BinaryData content, string? etag)
    {
        var upload = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = ContentType },
            Conditions = ConditionsOf(etag),
        };
        try
        {
            return (await Change(blob, etag, () => blob.UploadAsync(content, upload))).Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.ErrorCode == ContainerNotFound)
        {
            // It was there when the silo started, and somebody has removed it since.
            await Container.CreateIfNotExistsAsync();
            return (await Change(blob, etag, () => blob.UploadAsync(content, upload))).Value.ETag.ToString();
        }
    }

    private static BlobRequestConditions ConditionsOf(string? etag) =>
        string.IsNullOrEmpty(etag) ? new() { IfNoneMatch = ETag.All } : new() { IfMatch = new ETag(etag) };

    private static async Task<TAnswer> Change<TAnswer>(BlobClient blob, string? etag, Func<Task<TAnswer>> change)
    {
        try
        {
            return await change();
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 || (e.Status == 404 && e.ErrorCode != ContainerNotFound))
        {
            throw new InconsistentStateException(
                $"Blob '{blob.Name}' of container '{blob.BlobContainerName}' must have the ETag {etag ?? "of no blob"}, but has another: {e.ErrorCode}.",
                "Unknown",
                etag,
                e);
        }
    }

    private static T CreateState<T>()
    {
        if (typeof(T).IsValueType || typeof(T) == typeof(string) || typeof(T).IsArray || typeof(T).IsAbstract)
        {
            return default!;
        }

        return typeof(T).GetConstructor(Type.EmptyTypes) is null
            ? (T)RuntimeHelpers.GetUninitializedObject(typeof(T))
            : Activator.CreateInstance<T>();
    }

    private async Task Open(CancellationToken cancellationToken)
    {
        var client = _options.BlobServiceClient
            ?? throw new OrleansConfigurationException($"The grain storage '{_name}' must have a {nameof(AzureBlobStorageOptions.BlobServiceClient)}, but has none.");
        var container = client.GetBlobContainerClient(_options.ContainerName);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        _container = container;
    }
}

/// <summary>Makes the storage that is registered under a name.</summary>
public static class AzureBlobGrainStorageFactory
{
    public static AzureBlobGrainStorage Create(IServiceProvider services, string name) =>
        new(name, services.GetRequiredService<IOptionsMonitor<AzureBlobStorageOptions>>().Get(name));
}
