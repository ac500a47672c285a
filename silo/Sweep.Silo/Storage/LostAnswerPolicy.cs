using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Sweep.Silo.Storage;

/// <summary>
/// Tells a conflict from one's own earlier success. A conditional write whose answer is lost is sent again by the retries below this policy,
/// and is refused then, because the blob is no longer what it was: without this, a grain would learn that its state had been changed by
/// another. Each conditional write carries an identity of its own in the blob's metadata; when it is refused and the blob bears that
/// identity, the write had succeeded, and the answer is the blob's ETag. A conditional deletion that was repeated and finds no blob has
/// deleted it.
/// </summary>
/// <param name="transport">The client's own.</param>
internal sealed class LostAnswerPolicy(HttpPipelineTransport transport) : HttpPipelinePolicy
{
    private const string WriteHeader = "x-ms-meta-sweepwrite";
    private const string VersionHeader = "x-ms-version";

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (IsConditionalDeletion(message.Request))
        {
            await ProcessNextAsync(message, pipeline);
            if (message.Response.Status == 412 && message.ProcessingContext.RetryNumber > 0)
            {
                await Answer(message, pipeline, 202, properties => properties.Status == 404);
            }

            return;
        }

        if (!IsConditionalWrite(message.Request))
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        var write = Guid.NewGuid().ToString("N");
        message.Request.Headers.SetValue(WriteHeader, write);
        await ProcessNextAsync(message, pipeline);
        if (message.Response.Status is 409 or 412)
        {
            await Answer(
                message, pipeline, 201, properties => properties.Status == 200 && properties.Headers.TryGetValue(WriteHeader, out var found) && found == write);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Azure Storage is called asynchronously only.");

    /// <summary>A whole blob or a list of blocks, put where something known, or nothing, is.</summary>
    private static bool IsConditionalWrite(Request request) =>
        request.Method == RequestMethod.Put
        && (request.Headers.Contains("If-Match") || request.Headers.Contains("If-None-Match"))
        && Query(request).All(part => part == "comp=blocklist" || !(part.StartsWith("comp=", StringComparison.Ordinal) || part.StartsWith("restype=", StringComparison.Ordinal)));

    private static bool IsConditionalDeletion(Request request) =>
        request.Method == RequestMethod.Delete && request.Headers.Contains("If-Match") && !Query(request).Any(part => part.StartsWith("restype=", StringComparison.Ordinal));

    /// <summary>Puts a success in the place of a refusal, if the blob as it is now shows that it was one.</summary>
    private async ValueTask Answer(HttpMessage refused, ReadOnlyMemory<HttpPipelinePolicy> pipeline, int status, Func<Response, bool> succeeded)
    {
        var look = Look(refused);
        await ProcessNextAsync(look, pipeline);
        if (succeeded(look.Response))
        {
            refused.Response.Dispose();
            refused.Response = new EarlierSuccess(status, look.Response);
        }
        else
        {
            look.Response.Dispose();
        }
    }

    private HttpMessage Look(HttpMessage refused)
    {
        var look = new HttpMessage(transport.CreateRequest(), refused.ResponseClassifier) { NetworkTimeout = refused.NetworkTimeout };
        var address = new UriBuilder(refused.Request.Uri.ToUri())
        {
            Query = string.Join('&', Query(refused.Request).Where(part => !part.StartsWith("comp=", StringComparison.Ordinal))),
        };
        look.Request.Method = RequestMethod.Head;
        look.Request.Uri.Reset(address.Uri);
        if (refused.Request.Headers.TryGetValue(VersionHeader, out var version))
        {
            look.Request.Headers.SetValue(VersionHeader, version);
        }

        return look;
    }

    private static string[] Query(Request request) => request.Uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The blob's properties as the answer to the request that made it so.</summary>
    private sealed class EarlierSuccess(int status, Response properties) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => "Succeeded Before";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = properties.ClientRequestId;

        public override void Dispose() => properties.Dispose();

        protected override bool ContainsHeader(string name) => properties.Headers.Contains(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => properties.Headers;

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => properties.Headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values) =>
            properties.Headers.TryGetValues(name, out values);
    }
}
