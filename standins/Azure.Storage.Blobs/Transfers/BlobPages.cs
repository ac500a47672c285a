using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Protocol;

namespace Azure.Storage.Blobs.Transfers;

/// <summary>A container's blobs, a request a page.</summary>
internal sealed class BlobPages(
    BlobPipeline pipeline, Uri container, GetBlobsOptions options, CancellationToken cancellationToken)
    : AsyncPageable<BlobItem>(cancellationToken)
{
    public override async IAsyncEnumerable<Page<BlobItem>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        await foreach (var page in PagesAsync(continuationToken, pageSizeHint, CancellationToken).ConfigureAwait(false))
        {
            yield return page;
        }
    }

    public override async IAsyncEnumerator<BlobItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, cancellationToken);
        await foreach (var page in PagesAsync(null, null, either.Token).ConfigureAwait(false))
        {
            foreach (var item in page.Values)
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<Page<BlobItem>> PagesAsync(
        string? continuationToken, int? pageSizeHint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await PageAsync(continuationToken, pageSizeHint, cancellationToken).ConfigureAwait(false);
            yield return page;
            continuationToken = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuationToken));
    }

    private async Task<Page<BlobItem>> PageAsync(string? marker, int? pageSize, CancellationToken cancellationToken)
    {
        List<(string, string)> query = [("restype", "container"), ("comp", "list")];
        if (!string.IsNullOrEmpty(options.Prefix))
        {
            query.Add(("prefix", options.Prefix));
        }

        if (!string.IsNullOrEmpty(marker))
        {
            query.Add(("marker", marker));
        }

        if (pageSize is { } most)
        {
            query.Add(("maxresults", most.ToString(CultureInfo.InvariantCulture)));
        }

        List<string> include = [];
        if (options.Traits.HasFlag(BlobTraits.Metadata))
        {
            include.Add("metadata");
        }

        if (options.States.HasFlag(BlobStates.Uncommitted))
        {
            include.Add("uncommittedblobs");
        }

        if (include.Count > 0)
        {
            query.Add(("include", string.Join(',', include)));
        }

        using var message = pipeline.Message(RequestMethod.Get, container, [.. query]);
        var response = await pipeline.SendAsync(message, cancellationToken, 200).ConfigureAwait(false);
        var list = XDocument.Load(response.ContentStream!).Root!;
        var items = (list.Element("Blobs")?.Elements("Blob") ?? []).Select(Item).ToList();
        var next = (string?)list.Element("NextMarker");
        return Page<BlobItem>.FromValues(items, string.IsNullOrEmpty(next) ? null : next, response);
    }

    private static BlobItem Item(XElement blob)
    {
        var name = blob.Element("Name")!;
        var metadata = (blob.Element("Metadata")?.Elements() ?? [])
            .ToDictionary(pair => pair.Name.LocalName, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        return new BlobItem(
            (bool?)name.Attribute("Encoded") == true ? Uri.UnescapeDataString(name.Value) : name.Value,
            Properties(blob.Element("Properties")!),
            metadata);
    }

    private static BlobItemProperties Properties(XElement said) => new()
    {
        LastModified = Headers.Time((string?)said.Element("Last-Modified")),
        CreatedOn = Headers.Time((string?)said.Element("Creation-Time")),
        ContentLength = (long?)said.Element("Content-Length"),
        ContentType = Text(said, "Content-Type"),
        ContentEncoding = Text(said, "Content-Encoding"),
        ContentLanguage = Text(said, "Content-Language"),
        ContentHash = Text(said, "Content-MD5") is { Length: > 0 } hash ? Convert.FromBase64String(hash) : null,
        ContentDisposition = Text(said, "Content-Disposition"),
        CacheControl = Text(said, "Cache-Control"),
        BlobType = Headers.BlobType(Text(said, "BlobType")),
        ETag = Text(said, "Etag") is { } tag ? new ETag(tag) : null,
    };

    private static string? Text(XElement said, string name) => (string?)said.Element(name);
}
