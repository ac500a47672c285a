using Microsoft.AspNetCore.Http;

namespace Sweep.Silo.Http;

/// <summary>What every answer tells a browser: take it for what it says it is, show it in no frame, keep it nowhere, load and run nothing.</summary>
internal static class ResponseHeaders
{
    /// <summary>For what is no page.</summary>
    private const string Nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task Add(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = Nothing;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }
}

/// <summary>A page, which may look like something, post to its own silo, and run what <paramref name="policy"/> says.</summary>
/// <param name="policy">What content it may have; null for none, as part of another page.</param>
internal sealed class Page(string text, int status = StatusCodes.Status200OK, string? policy = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentSecurityPolicy = $"{policy ?? "default-src 'none'"}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return Results.Text(text, "text/html; charset=utf-8", statusCode: status).ExecuteAsync(httpContext);
    }
}
