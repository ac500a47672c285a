using System.Formats.Tar;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Client.Cluster;

/// <summary>Downloads models from a silo's HTTP routes.</summary>
/// <param name="handler">Makes the way to a server; disposed after each download.</param>
internal sealed class HttpModelSource(Func<HttpServer, HttpMessageHandler> handler, TimeProvider time) : IModelSource
{
    private static readonly HashSet<string> s_files = new([ModelFolder.WeightsFile, ModelFolder.ShapeFile, ModelOrigin.File], StringComparer.Ordinal);

    public async Task Fetch(HttpServer server, string experiment, string trial, string folder, CancellationToken cancellationToken)
    {
        var route = $"api/v1/experiments/{Uri.EscapeDataString(experiment)}/trials/{Uri.EscapeDataString(trial)}/model";
        using var exchange = new HttpExchange(handler(server), server, time);
        try
        {
            await exchange.Ask(HttpMethod.Get, route, content: null, Unpack, _ => null, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException)
        {
            throw new ClientException(ExitCode.Unreachable, $"The model must come whole from {new Uri(server.Address, route)}, but: {e.Message}", "Trying again is safe.");
        }

        async Task<bool> Unpack(HttpResponseMessage response, CancellationToken cancellation)
        {
            // What an attempt before this one brought was cut short.
            foreach (var file in s_files)
            {
                File.Delete(Path.Combine(folder, file));
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            await Extract(body, folder, cancellation);
            return true;
        }
    }

    private static async Task Extract(Stream body, string folder, CancellationToken cancellationToken)
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
}
