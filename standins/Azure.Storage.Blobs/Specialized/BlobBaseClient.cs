using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Protocol;
using Azure.Storage.Blobs.Transfers;

namespace Azure.Storage.Blobs.Specialized;

/// <summary>What can be done with a blob of any kind.</summary>
public class BlobBaseClient
{
    private const int DefaultReadBytes = 4 << 20;

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobBaseClient(string connectionString, string blobContainerName, string blobName)
        : this(connectionString, blobContainerName, blobName, null)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobBaseClient(string connectionString, string blobContainerName, string blobName, BlobClientOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(blobContainerName);
        ArgumentException.ThrowIfNullOrEmpty(blobName);
        (var endpoint, Pipeline) = BlobPipeline.Of(connectionString, options);
        Uri = BlobAddress.Append(
            BlobAddress.Append(endpoint, blobContainerName), Pipeline.TrimBlobNameSlashes ? blobName.Trim('/') : blobName);
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, BlobClientOptions)"/>
    public BlobBaseClient(Uri blobUri, BlobClientOptions? options = null)
        : this(blobUri, BlobPipeline.Anonymous(options))
    {
    }

    public BlobBaseClient(Uri blobUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(blobUri, BlobPipeline.Of(credential, options))
    {
    }

    public BlobBaseClient(Uri blobUri, AzureSasCredential credential, BlobClientOptions? options = null)
        : this(blobUri, BlobPipeline.Of(credential, options))
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, TokenCredential, BlobClientOptions)"/>
    public BlobBaseClient(Uri blobUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(blobUri, BlobPipeline.Of(blobUri, credential, options))
    {
    }

    internal BlobBaseClient(Uri blobUri, BlobPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(blobUri);
        (Uri, Pipeline) = (blobUri, pipeline);
    }

    public Uri Uri { get; }

    public string AccountName => Pipeline.SharedKey?.AccountName ?? BlobAddress.Of(Uri).Account;

    public string BlobContainerName => BlobAddress.Of(Uri).Container;

    public string Name => BlobAddress.Of(Uri).Blob;

    internal BlobPipeline Pipeline { get; }

    /// <exception cref="RequestFailedException">404 BlobNotFound or ContainerNotFound, 304 or 412 where conditions do not hold.</exception>
    public async Task<Response<BlobProperties>> GetPropertiesAsync(
        BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default)
    {
        using var message = Pipeline.Message(RequestMethod.Head, Uri);
        message.Request.Add(conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 200).ConfigureAwait(false);
        return Response.FromValue(BlobAnswers.Properties(response), response);
    }

    public async Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default)
    {
        using var message = Pipeline.Message(RequestMethod.Head, Uri);
        var response = await Pipeline.SendAsync(message, cancellationToken, 200, 404).ConfigureAwait(false);
        return BlobAnswers.IfThere(response);
    }

    /// <exception cref="RequestFailedException">404 BlobNotFound, 412 ConditionNotMet, 409 SnapshotsPresent.</exception>
    public async Task<Response> DeleteAsync(
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        using var message = DeleteMessage(snapshotsOption, conditions);
        return await Pipeline.SendAsync(message, cancellationToken, 202).ConfigureAwait(false);
    }

    /// <summary>False where the blob or its container is absent; conditions that do not hold are errors still.</summary>
    public async Task<Response<bool>> DeleteIfExistsAsync(
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        using var message = DeleteMessage(snapshotsOption, conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 202, 404).ConfigureAwait(false);
        return BlobAnswers.IfThere(response);
    }

    /// <summary>Answers when the headers have come. Its content resumes where the connection breaks, as long as the blob is the same.</summary>
    /// <returns>Without a value where the service answers 304.</returns>
    public async Task<Response<BlobDownloadStreamingResult>> DownloadStreamingAsync(
        BlobDownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (response, content) = await DownloadAsync(options?.Range ?? default, options?.Conditions, cancellationToken)
            .ConfigureAwait(false);
        if (content is null)
        {
            return new NoBodyResponse<BlobDownloadStreamingResult>(response);
        }

        var details = BlobAnswers.Details(response);
        var offset = options?.Range.Offset ?? 0;
        var resuming = new ResumingStream(content, details.ContentLength, Pipeline.MaxRetries, async (read, cancellation) =>
        {
            var rest = new HttpRange(offset + read, details.ContentLength - read);
            var unchanged = new BlobRequestConditions { IfMatch = details.ETag, LeaseId = options?.Conditions?.LeaseId };
            return (await DownloadAsync(rest, unchanged, cancellation).ConfigureAwait(false)).Content ?? Stream.Null;
        });
        return Response.FromValue(new BlobDownloadStreamingResult(details, resuming), response);
    }

    public Task<Response<BlobDownloadResult>> DownloadContentAsync() => DownloadContentAsync(CancellationToken.None);

    public Task<Response<BlobDownloadResult>> DownloadContentAsync(CancellationToken cancellationToken) =>
        DownloadContentAsync(default(BlobDownloadOptions), cancellationToken);

    public Task<Response<BlobDownloadResult>> DownloadContentAsync(
        BlobRequestConditions? conditions, CancellationToken cancellationToken) =>
        DownloadContentAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken);

    /// <summary>Reads all of it into memory.</summary>
    /// <returns>Without a value where the service answers 304.</returns>
    public async Task<Response<BlobDownloadResult>> DownloadContentAsync(
        BlobDownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
        if (!response.HasValue)
        {
            return new NoBodyResponse<BlobDownloadResult>(response.GetRawResponse());
        }

        using var streaming = response.Value;
        var content = new byte[streaming.Details.ContentLength];
        await streaming.Content.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(
            new BlobDownloadResult(streaming.Details, BinaryData.FromBytes(content)), response.GetRawResponse());
    }

    public Task<Response> DownloadToAsync(Stream destination) => DownloadToAsync(destination, CancellationToken.None);

    /// <summary>Copies the blob, one connection after the other: this holds no more than a buffer of it.</summary>
    public async Task<Response> DownloadToAsync(Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var response = await DownloadStreamingAsync(null, cancellationToken).ConfigureAwait(false);
        using var streaming = response.Value;
        await streaming.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        return response.GetRawResponse();
    }

    /// <summary>A stream that seeks, and fetches what is read in pieces; a blob that changes meanwhile is an error 412.</summary>
    /// <param name="bufferSize">Bytes of a piece; null: 4 MiB.</param>
    public async Task<Stream> OpenReadAsync(
        long position = 0,
        int? bufferSize = null,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var properties = (await GetPropertiesAsync(conditions, cancellationToken).ConfigureAwait(false)).Value;
        var unchanged = new BlobRequestConditions { IfMatch = properties.ETag, LeaseId = conditions?.LeaseId };
        return new PiecewiseStream(properties.ContentLength, bufferSize ?? DefaultReadBytes, async (offset, buffer, cancellation) =>
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset, buffer.Length), Conditions = unchanged };
            using var piece = (await DownloadStreamingAsync(options, cancellation).ConfigureAwait(false)).Value;
            await piece.Content.ReadExactlyAsync(buffer, cancellation).ConfigureAwait(false);
        })
        { Position = position };
    }

    private async Task<(Response Response, Stream? Content)> DownloadAsync(
        HttpRange range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        using var message = Pipeline.Message(RequestMethod.Get, Uri);
        message.BufferResponse = false;
        message.Request.Add(conditions);
        if (range != default)
        {
            message.Request.Headers.SetValue("x-ms-range", range.ToString());
        }

        var response = await Pipeline.SendAsync(message, cancellationToken, 200, 206, 304).ConfigureAwait(false);
        return response.Status == 304 ? (response, null) : (response, message.ExtractResponseContent() ?? Stream.Null);
    }

    private HttpMessage DeleteMessage(DeleteSnapshotsOption snapshotsOption, BlobRequestConditions? conditions)
    {
        var message = Pipeline.Message(RequestMethod.Delete, Uri);
        message.Request.Add(conditions);
        Headers.Set(message.Request, "x-ms-delete-snapshots", snapshotsOption switch
        {
            DeleteSnapshotsOption.IncludeSnapshots => "include",
            DeleteSnapshotsOption.OnlySnapshots => "only",
            _ => null,
        });
        return message;
    }
}
