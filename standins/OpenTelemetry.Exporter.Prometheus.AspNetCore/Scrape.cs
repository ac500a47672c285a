using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Answers one scrape. The package also speaks OpenMetrics; who asks for it here gets the text format, which whoever scrapes must accept.
/// </summary>
internal sealed class Scrape(PrometheusExporter exporter)
{
    private const string Oldest = "text/plain; version=0.0.4; charset=utf-8";
    private const string Newest = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores";

    public async Task Answer(HttpContext context)
    {
        var response = context.Response;
        byte[] content;
        try
        {
            content = Encoding.UTF8.GetBytes(exporter.Read());
        }
        catch (Exception e)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger<Scrape>().LogError(e, "A scrape failed");
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var request = context.Request.GetTypedHeaders();
        response.ContentType = Negotiate(request.Accept);
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (request.AcceptEncoding.Any(coding => coding.Quality is not 0 && coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(content, context.RequestAborted);
        }
        else
        {
            await response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    /// <summary>The version of the text format that is wanted most; the oldest where none is named.</summary>
    internal static string Negotiate(IList<MediaTypeHeaderValue> accepted)
    {
        var best = Oldest;
        var bestQuality = 0.0;
        foreach (var type in accepted.Where(type => type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)))
        {
            var version = ParameterOf(type, "version");
            var escaping = ParameterOf(type, "escaping");
            var quality = type.Quality ?? 1;
            if (quality > bestQuality && version is null or "0.0.4" or "1.0.0" && escaping is null or "underscores" or "allow-utf-8")
            {
                best = version == "1.0.0" ? Newest : Oldest;
                bestQuality = quality;
            }
        }

        return best;
    }

    private static string? ParameterOf(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value?.Trim('"');
}
