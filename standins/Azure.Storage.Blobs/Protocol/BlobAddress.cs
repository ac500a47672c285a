using System.Net;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>The parts of a blob's address: https://ACCOUNT.blob…/CONTAINER/BLOB?SAS, or http://HOST/ACCOUNT/CONTAINER/BLOB?SAS.</summary>
internal sealed record BlobAddress(string Account, string Container, string Blob)
{
    // Ports of the emulators, whose hosts may have any name.
    private static readonly int[] PathStylePorts =
    [
        10000, 10001, 10002, 10003, 10004, 10100, 10101, 10102, 10103, 10104,
        11000, 11001, 11002, 11003, 11004, 11100, 11101, 11102, 11103, 11104,
    ];

    public static BlobAddress Of(Uri uri)
    {
        var path = uri.AbsolutePath.TrimStart('/');
        string account;
        if (IsPathStyle(uri))
        {
            (account, path) = Cut(path);
        }
        else
        {
            account = uri.Host.Split('.')[0];
        }

        var (container, blob) = Cut(path);
        return new(account, Uri.UnescapeDataString(container), Uri.UnescapeDataString(blob));
    }

    /// <summary>The address with this name beneath it; slashes in the name separate, everything else is escaped.</summary>
    public static Uri Append(Uri uri, string name)
    {
        var escaped = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        return new Uri($"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{escaped}{uri.Query}");
    }

    private static bool IsPathStyle(Uri uri) =>
        IPAddress.TryParse(uri.Host.Trim('[', ']'), out _) || uri.Host == "localhost" || PathStylePorts.Contains(uri.Port);

    private static (string Head, string Tail) Cut(string path) =>
        path.IndexOf('/') is var slash and >= 0 ? (path[..slash], path[(slash + 1)..]) : (path, "");
}
