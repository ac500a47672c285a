using Azure.Storage.Blobs.Models;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>Answers about one blob.</summary>
internal static class BlobAnswers
{
    public static BlobProperties Properties(Response response) => new()
    {
        LastModified = response.Time("Last-Modified"),
        CreatedOn = response.Time("x-ms-creation-time"),
        Metadata = response.Metadata(),
        BlobType = Headers.BlobType(response.Text("x-ms-blob-type")),
        ContentLength = response.Number("Content-Length"),
        ContentType = response.Text("Content-Type"),
        ETag = response.Tag(),
        ContentHash = response.Bytes("Content-MD5"),
        ContentEncoding = response.Text("Content-Encoding"),
        ContentDisposition = response.Text("Content-Disposition"),
        ContentLanguage = response.Text("Content-Language"),
        CacheControl = response.Text("Cache-Control"),
    };

    public static BlobDownloadDetails Details(Response response) => new()
    {
        LastModified = response.Time("Last-Modified"),
        CreatedOn = response.Time("x-ms-creation-time"),
        Metadata = response.Metadata(),
        BlobType = Headers.BlobType(response.Text("x-ms-blob-type")),
        ContentLength = response.Number("Content-Length"),
        ContentRange = response.Text("Content-Range"),
        ContentType = response.Text("Content-Type"),
        ETag = response.Tag(),
        ContentHash = response.Bytes("Content-MD5"),
        BlobContentHash = response.Bytes("x-ms-blob-content-md5"),
        ContentEncoding = response.Text("Content-Encoding"),
        ContentDisposition = response.Text("Content-Disposition"),
        ContentLanguage = response.Text("Content-Language"),
        CacheControl = response.Text("Cache-Control"),
    };

    /// <summary>False where the blob or its container is absent.</summary>
    public static Response<bool> IfThere(Response response)
    {
        if (response.Status != 404)
        {
            return Response.FromValue(true, response);
        }

        var code = response.Text("x-ms-error-code");
        return code == BlobErrorCode.BlobNotFound || code == BlobErrorCode.ContainerNotFound
            ? Response.FromValue(false, response)
            : throw new RequestFailedException(response);
    }
}
