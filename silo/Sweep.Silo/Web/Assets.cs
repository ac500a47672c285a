using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sweep.Planning;
using Sweep.Silo.Http;

namespace Sweep.Silo.Web;

/// <summary>The page's style and script, under names that change with what is in them, so that browsers may keep them.</summary>
internal static class Assets
{
    private static readonly Asset s_style = new("css", "text/css; charset=utf-8", HtmlReport.Resource("report.css") + "\n" + Resource("page.css"));
    private static readonly Asset s_script = new("js", "text/javascript; charset=utf-8", Resource("page.js"));

    public static string Style => s_style.Path;

    public static string Script => s_script.Path;

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        foreach (var asset in new[] { s_style, s_script })
        {
            routes.MapGet(asset.Path, (HttpResponse response) =>
            {
                response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Text(asset.Text, asset.Type);
            }).Let(RouteAccess.Open);
        }
    }

    private static string Resource(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream($"Sweep.Silo.Web.{name}")
            ?? throw new InvalidOperationException($"The assembly must carry {name}, but does not.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private sealed record Asset(string Extension, string Type, string Text)
    {
        public string Path { get; } = $"/assets/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)).AsSpan(0, 8))}.{Extension}";
    }
}
