using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>Sends a client's requests: retries, dates, signs, and turns what is unexpected into <see cref="RequestFailedException"/>.</summary>
internal sealed class BlobPipeline
{
    private const string Version = "2021-12-02";
    private const string TokenScope = "https://storage.azure.com/.default";

    private readonly HttpPipeline _pipeline;

    private BlobPipeline(BlobClientOptions? options, StorageSharedKeyCredential? sharedKey, HttpPipelinePolicy? authentication)
    {
        options ??= new BlobClientOptions();
        TrimBlobNameSlashes = options.TrimBlobNameSlashes;
        MaxRetries = options.Retry.MaxRetries;
        SharedKey = sharedKey;

        var built = new HttpPipelineOptions(options) { RequestFailedDetailsParser = new StorageErrorParser() };
        built.PerRetryPolicies.Add(new DatePolicy(TimeProvider.System));
        if (authentication is not null)
        {
            built.PerRetryPolicies.Add(authentication);
        }

        _pipeline = HttpPipelineBuilder.Build(built);
    }

    public StorageSharedKeyCredential? SharedKey { get; }

    public bool TrimBlobNameSlashes { get; }

    public int MaxRetries { get; }

    public static BlobPipeline Anonymous(BlobClientOptions? options) => new(options, null, null);

    public static BlobPipeline Of(StorageSharedKeyCredential credential, BlobClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new(options, credential, new SharedKeyPolicy(credential));
    }

    public static BlobPipeline Of(AzureSasCredential credential, BlobClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new(options, null, new SasPolicy(credential));
    }

    /// <exception cref="ArgumentException">The address is not https: a token must not be sent in the clear.</exception>
    public static BlobPipeline Of(Uri uri, TokenCredential credential, BlobClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(credential);
        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException($"A token credential must be used over https, but the address is {uri.Scheme}.", nameof(uri));
        }

        return new(options, null, new BearerTokenAuthenticationPolicy(credential, TokenScope));
    }

    public static (Uri Endpoint, BlobPipeline Pipeline) Of(string connectionString, BlobClientOptions? options)
    {
        var parsed = ConnectionString.Parse(connectionString);
        return (parsed.BlobEndpoint, parsed.SharedKey is { } key ? Of(key, options) : Anonymous(options));
    }

    /// <param name="query">Names and values, not escaped; what the address has already stays.</param>
    public HttpMessage Message(RequestMethod method, Uri uri, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(uri);
        foreach (var (name, value) in query)
        {
            message.Request.Uri.AppendQuery(name, value, escapeValue: true);
        }

        message.Request.Headers.SetValue("x-ms-version", Version);
        message.Request.Headers.SetValue("Accept", "application/xml");
        return message;
    }

    /// <exception cref="RequestFailedException">The status is none of the expected.</exception>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken, params int[] expected)
    {
        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return expected.Contains(message.Response.Status) ? message.Response : throw new RequestFailedException(message.Response);
    }
}
