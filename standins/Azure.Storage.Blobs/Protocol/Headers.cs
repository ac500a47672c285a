using System.Globalization;
using Azure.Core;
using Azure.Storage.Blobs.Models;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>Requests' and answers' headers, and the models that they carry.</summary>
internal static class Headers
{
    private const string MetadataPrefix = "x-ms-meta-";

    public static void Add(this Request request, BlobRequestConditions? conditions)
    {
        if (conditions is null)
        {
            return;
        }

        Set(request, "If-Match", conditions.IfMatch?.ToString("H"));
        Set(request, "If-None-Match", conditions.IfNoneMatch?.ToString("H"));
        Set(request, "If-Modified-Since", conditions.IfModifiedSince?.ToString("R", CultureInfo.InvariantCulture));
        Set(request, "If-Unmodified-Since", conditions.IfUnmodifiedSince?.ToString("R", CultureInfo.InvariantCulture));
        Set(request, "x-ms-if-tags", conditions.TagConditions);
        Set(request, "x-ms-lease-id", conditions.LeaseId);
    }

    public static void Add(this Request request, BlobHttpHeaders? headers)
    {
        if (headers is null)
        {
            return;
        }

        Set(request, "x-ms-blob-content-type", headers.ContentType);
        Set(request, "x-ms-blob-content-encoding", headers.ContentEncoding);
        Set(request, "x-ms-blob-content-language", headers.ContentLanguage);
        Set(request, "x-ms-blob-content-disposition", headers.ContentDisposition);
        Set(request, "x-ms-blob-cache-control", headers.CacheControl);
        Set(request, "x-ms-blob-content-md5", headers.ContentHash is { } hash ? Convert.ToBase64String(hash) : null);
    }

    public static void Add(this Request request, IDictionary<string, string>? metadata)
    {
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            request.Headers.SetValue(MetadataPrefix + name, value);
        }
    }

    public static void Set(Request request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.SetValue(name, value);
        }
    }

    public static string? Text(this Response response, string name) =>
        response.Headers.TryGetValue(name, out var value) ? value : null;

    public static long Number(this Response response, string name) =>
        long.TryParse(response.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static byte[]? Bytes(this Response response, string name) =>
        response.Text(name) is { } text ? Convert.FromBase64String(text) : null;

    public static DateTimeOffset Time(this Response response, string name) =>
        Time(response.Text(name)) ?? default;

    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>As the header has it, in quotes; a list has its tags without.</summary>
    public static ETag Tag(this Response response) => response.Text("ETag") is { } tag ? new ETag(tag) : default;

    /// <summary>Names in the case in which the server tells them; compared without it.</summary>
    public static Dictionary<string, string> Metadata(this Response response) => response.Headers
        .Where(header => header.Name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(header => header.Name[MetadataPrefix.Length..], header => header.Value, StringComparer.OrdinalIgnoreCase);

    public static BlobType BlobType(string? text) => text switch
    {
        "PageBlob" => Models.BlobType.Page,
        "AppendBlob" => Models.BlobType.Append,
        _ => Models.BlobType.Block,
    };

    public static BlobContentInfo ContentWritten(this Response response) =>
        new(response.Tag(), response.Time("Last-Modified"), response.Bytes("Content-MD5"), response.Text("x-ms-version-id"));
}
