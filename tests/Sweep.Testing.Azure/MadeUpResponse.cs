using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Core;

namespace Sweep.Testing.Azure;

/// <summary>An error as Azure Storage words it, that no server sent.</summary>
internal sealed class MadeUpResponse : Response
{
    private readonly Dictionary<string, string> _headers;

    public MadeUpResponse(int status, string errorCode, TimeSpan? retryAfter)
    {
        Status = status;
        ReasonPhrase = errorCode;
        ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(
            $"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{errorCode}</Code><Message>Made up by a test.</Message></Error>"""));
        _headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["x-ms-error-code"] = errorCode,
            ["Content-Type"] = "application/xml",
            ["Content-Length"] = ContentStream.Length.ToString(CultureInfo.InvariantCulture),
        };
        if (retryAfter is { } wait)
        {
            _headers["Retry-After"] = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    public override int Status { get; }

    public override string ReasonPhrase { get; }

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => _headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }

    protected override bool ContainsHeader(string name) => _headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers.Select(header => new HttpHeader(header.Key, header.Value));
}
