using System.Net;
using System.Text.Json;

namespace Sweep.Silo.Workers;

/// <summary>Where it is announced that this machine will be taken away.</summary>
public interface ISpotNotice
{
    /// <returns>What was announced; null while nothing is.</returns>
    /// <exception cref="HttpRequestException">Nobody could be asked.</exception>
    /// <exception cref="OperationCanceledException">Nobody answered in time.</exception>
    Task<string?> Read(CancellationToken cancellationToken);
}

/// <summary>A file whose appearance is the notice: what a node's termination handler or a person can make. One that is there already counts.</summary>
public sealed class FileNotice(string path) : ISpotNotice
{
    public Task<string?> Read(CancellationToken cancellationToken) => Task.FromResult(File.Exists(path) ? $"file '{path}' has appeared" : null);
}

/// <summary>
/// A metadata address. Three clouds are known by their paths: Azure's Scheduled Events (<c>/metadata/scheduledevents</c>; Preempt and
/// Terminate count, when they name this machine), AWS' spot instance action (<c>/latest/meta-data/spot/instance-action</c>, 404 until there is
/// one; version 2 of its protocol, with a token) and Google's <c>/computeMetadata/v1/instance/preempted</c> (TRUE or FALSE). At any other
/// address an answer 200 with a body is the notice.
/// </summary>
public sealed class AddressNotice : ISpotNotice, IDisposable
{
    private const int LargestAnswer = 1 << 16;
    private const string TokenAge = "21600"; // seconds

    private static readonly string[] s_azureEvents = ["Preempt", "Terminate"];

    private readonly Uri _address;
    private readonly HttpClient _http;
    private string? _awsToken;
    private string? _azureName;

    public AddressNotice(Uri address, TimeSpan patience)
    {
        _address = address;

        // A link-local service: no proxy knows it, and no redirection leads there.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = patience })
        {
            Timeout = patience,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    public Task<string?> Read(CancellationToken cancellationToken) => _address.AbsolutePath switch
    {
        var path when path.EndsWith("/scheduledevents", StringComparison.Ordinal) => ReadAzure(cancellationToken),
        var path when path.StartsWith("/latest/meta-data/", StringComparison.Ordinal) => ReadAws(cancellationToken),
        var path when path.StartsWith("/computeMetadata/", StringComparison.Ordinal) => ReadGoogle(cancellationToken),
        _ => ReadPlain(cancellationToken),
    };

    public void Dispose() => _http.Dispose();

    private async Task<string?> ReadAzure(CancellationToken cancellationToken)
    {
        _azureName ??= await AzureName(cancellationToken);
        var (status, body) = await Ask(HttpMethod.Get, _address, ("Metadata", "true"), cancellationToken);
        Require(status == HttpStatusCode.OK, status);
        return AzureEvent(body, _azureName);
    }

    /// <summary>Events are told to every machine of a scale set; this one's name says which are its own.</summary>
    private async Task<string> AzureName(CancellationToken cancellationToken)
    {
        var (status, body) = await Ask(
            HttpMethod.Get, new Uri(_address, "/metadata/instance/compute/name?api-version=2021-02-01&format=text"), ("Metadata", "true"), cancellationToken);
        Require(status == HttpStatusCode.OK, status);
        return body.Trim();
    }

    private static string? AzureEvent(string body, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("Events").EnumerateArray()
                .Where(happens => s_azureEvents.Contains(happens.GetProperty("EventType").GetString(), StringComparer.OrdinalIgnoreCase))
                .Where(happens => happens.GetProperty("Resources").EnumerateArray().Any(resource => string.Equals(resource.GetString(), name, StringComparison.OrdinalIgnoreCase)))
                .Select(happens => $"Azure announces {happens.GetProperty("EventType").GetString()} of {name}")
                .FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HttpRequestException($"Scheduled Events must be a JSON document with Events of an EventType and Resources: {e.Message}", e);
        }
    }

    private async Task<string?> ReadAws(CancellationToken cancellationToken)
    {
        _awsToken ??= await AwsToken(cancellationToken);
        var (status, body) = await Ask(HttpMethod.Get, _address, ("X-aws-ec2-metadata-token", _awsToken), cancellationToken);
        if (status == HttpStatusCode.Unauthorized)
        {
            _awsToken = null; // grown old: the next call gets another
        }

        Require(status is HttpStatusCode.OK or HttpStatusCode.NotFound, status);
        return status == HttpStatusCode.OK ? $"AWS announces {OneLine(body)}" : null;
    }

    private async Task<string> AwsToken(CancellationToken cancellationToken)
    {
        var (status, body) = await Ask(
            HttpMethod.Put, new Uri(_address, "/latest/api/token"), ("X-aws-ec2-metadata-token-ttl-seconds", TokenAge), cancellationToken);
        Require(status == HttpStatusCode.OK, status);
        return body.Trim();
    }

    private async Task<string?> ReadGoogle(CancellationToken cancellationToken)
    {
        var (status, body) = await Ask(HttpMethod.Get, _address, ("Metadata-Flavor", "Google"), cancellationToken);
        Require(status == HttpStatusCode.OK, status);
        return body.Trim().Equals("TRUE", StringComparison.OrdinalIgnoreCase) ? "Google announces the preemption of this machine" : null;
    }

    private async Task<string?> ReadPlain(CancellationToken cancellationToken)
    {
        var (status, body) = await Ask(HttpMethod.Get, _address, header: null, cancellationToken);
        Require(status is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.NotFound, status);
        return status == HttpStatusCode.OK && !string.IsNullOrWhiteSpace(body) ? $"{_address} announces {OneLine(body)}" : null;
    }

    private async Task<(HttpStatusCode Status, string Body)> Ask(HttpMethod method, Uri address, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (header is { } one)
        {
            request.Headers.TryAddWithoutValidation(one.Name, one.Value);
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private void Require(bool rule, HttpStatusCode status)
    {
        if (!rule)
        {
            throw new HttpRequestException($"{_address} must answer 200 or, without a notice, 404, but answers {(int)status}.");
        }
    }

    private static string OneLine(string body)
    {
        const int Shown = 200;
        var line = body.ReplaceLineEndings(" ").Trim();
        return line.Length > Shown ? line[..Shown] : line;
    }
}
