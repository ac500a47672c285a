using System.Xml;
using System.Xml.Linq;
using Azure.Core;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>Reads the service's error: the code from its header, the message from the body where there is one.</summary>
internal sealed class StorageErrorParser : RequestFailedDetailsParser
{
    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        response.Headers.TryGetValue("x-ms-error-code", out var code);
        var body = Body(response);
        code ??= body?.Element("Code")?.Value;
        error = code is null ? null : new ResponseError(code, body?.Element("Message")?.Value ?? response.ReasonPhrase);
        return error is not null;
    }

    private static XElement? Body(Response response)
    {
        // A HEAD is answered without a body; an error of a proxy in between need not be XML.
        if (response.ContentStream is not { CanSeek: true, Length: > 0 } content
            || response.Headers.ContentType?.Contains("xml", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        content.Position = 0;
        try
        {
            return XDocument.Load(content).Root;
        }
        catch (XmlException)
        {
            return null;
        }
        finally
        {
            content.Position = 0;
        }
    }
}
