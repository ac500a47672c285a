using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Client.Cluster;

/// <summary>Downloads models from a silo's HTTP routes.</summary>
internal sealed class HttpModelSource(HttpMessageHandler handler) : IModelSource
{
    private static readonly HashSet<string> s_files = new([ModelFolder.WeightsFile, ModelFolder.ShapeFile, ModelOrigin.File], StringComparer.Ordinal);

    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task Fetch(HttpSilo silo, string experiment, string trial, string folder, CancellationToken cancellationToken)
    {
        var address = new Uri(silo.Address, $"api/v1/experiments/{Uri.EscapeDataString(experiment)}/trials/{Uri.EscapeDataString(trial)}/model");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (silo.Token is { } token)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(response.StatusCode, address, await response.Content.ReadAsStringAsync(cancellationToken));
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await Unpack(body, folder, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or FormatException)
        {
            throw new ClientException(ExitCode.Unreachable, $"The model must come whole from {address}, but: {e.Message}", "Trying again is safe.");
        }
    }

    private static async Task Unpack(Stream body, string folder, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(body);
        var missing = s_files.ToHashSet();
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            // The name becomes a path: only the known ones, each once.
            if (entry.EntryType is not TarEntryType.RegularFile || !missing.Remove(entry.Name))
            {
                throw new InvalidDataException($"a model's files are {string.Join(", ", s_files)}, each once, but there is '{entry.Name}'.");
            }

            await entry.ExtractToFileAsync(Path.Combine(folder, entry.Name), overwrite: false, cancellationToken);
        }

        if (missing.Count > 0)
        {
            throw new InvalidDataException($"{string.Join(", ", missing)} did not come.");
        }
    }

    private static ClientException Refused(HttpStatusCode status, Uri address, string body)
    {
        var detail = Detail(body) ?? FormattableString.Invariant($"{address} answered with status {(int)status}.");
        return status switch
        {
            HttpStatusCode.NotFound => new ClientException(ExitCode.NotFound, detail),
            HttpStatusCode.Conflict => new ClientException(ExitCode.Conflict, detail),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ClientException(
                ExitCode.Error, detail, "The token comes from --token-file or SWEEP_TOKEN; who runs the silo makes one with 'sweep token new'."),
            HttpStatusCode.TooManyRequests => new ClientException(ExitCode.Unreachable, detail, "Trying again in a minute is safe."),
            _ => new ClientException(ExitCode.Error, detail),
        };
    }

    private static string? Detail(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("detail", out var detail)
                ? detail.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
