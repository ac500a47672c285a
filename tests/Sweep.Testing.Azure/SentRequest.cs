using Azure.Core;

namespace Sweep.Testing.Azure;

/// <summary>What went over the wire in one attempt: verb, address, headers (names in lower case) and the body's length in bytes.</summary>
public sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, long? BodyLength)
{
    /// <summary>Whether the query asks for this component: <c>comp=block</c>, <c>comp=blocklist</c>, <c>comp=list</c>…</summary>
    public bool Asks(string component) => Uri.Query.Split('?', '&').Contains($"comp={component}");

    internal static SentRequest Of(Request request) => new(
        request.Method.Method,
        request.Uri.ToUri(),
        request.Headers.ToDictionary(header => header.Name.ToLowerInvariant(), header => header.Value),
        request.Content is not null && request.Content.TryComputeLength(out var length) ? length : null);
}
