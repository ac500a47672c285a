using System.Globalization;
using System.Text;
using Azure.Core;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>What a Shared Key signs of a request ("Authorize with Shared Key", Azure Storage REST reference).</summary>
internal static class SharedKeySignature
{
    private static readonly string[] StandardHeaders =
    [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
        "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    /// <param name="contentLength">Bytes; signed as nothing when 0, as the service does since 2015-02-21.</param>
    public static string StringToSign(
        string account, string method, Uri uri, IEnumerable<HttpHeader> headers, long contentLength)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            values[header.Name.ToLowerInvariant()] = header.Value;
        }

        values["content-length"] = contentLength == 0 ? "" : contentLength.ToString(CultureInfo.InvariantCulture);
        if (values.ContainsKey("x-ms-date"))
        {
            values["date"] = "";
        }

        var text = new StringBuilder(method).Append('\n');
        foreach (var name in StandardHeaders)
        {
            text.Append(values.GetValueOrDefault(name.ToLowerInvariant())).Append('\n');
        }

        foreach (var (name, value) in values)
        {
            if (name.StartsWith("x-ms-", StringComparison.Ordinal))
            {
                text.Append(name).Append(':').Append(value.Trim()).Append('\n');
            }
        }

        return text.Append(Resource(account, uri)).ToString();
    }

    // The account stands before the path even where the path itself begins with it, as addresses of 127.0.0.1 do.
    private static string Resource(string account, Uri uri)
    {
        var text = new StringBuilder("/").Append(account).Append(uri.AbsolutePath.Length == 0 ? "/" : uri.AbsolutePath);
        var parameters = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .GroupBy(
                pair => Uri.UnescapeDataString(pair[0]).ToLowerInvariant(),
                pair => pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : "")
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            text.Append('\n').Append(parameter.Key).Append(':').AppendJoin(',', parameter.Order(StringComparer.Ordinal));
        }

        return text.ToString();
    }
}
