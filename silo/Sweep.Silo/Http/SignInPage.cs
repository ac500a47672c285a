using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Sweep.Silo.Http;

/// <summary>Where a browser, which sends no token of itself, is given one: as a cookie that no script and no other site can use.</summary>
internal static class SignInPage
{
    public const string Cookie = "sweep_token";

    private const string Path = "/sign-in";

    public static void MapSignIn(this IEndpointRouteBuilder routes, TokenFile tokens)
    {
        routes.MapGet(Path, () => Ask("", StatusCodes.Status200OK)).Let(RouteAccess.Open);
        routes.MapPost(Path, async (HttpContext context, CancellationToken ct) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var token = QueryHelpers.ParseQuery(await reader.ReadToEndAsync(ct)).GetValueOrDefault("token").ToString().Trim();
            if (tokens.Find(token) is null)
            {
                return Ask("That is no token of this silo.", StatusCodes.Status401Unauthorized);
            }

            context.Response.Cookies.Append(Cookie, token, Options(context.Request));
            return SeeList(context);
        }).Let(RouteAccess.Open);
        routes.MapPost("/sign-out", (HttpContext context) =>
        {
            context.Response.Cookies.Delete(Cookie, Options(context.Request));
            return SeeList(context);
        }).Let(RouteAccess.Open);
    }

    public static IResult Ask(string refusal, int status) => new Page(
        $"<!doctype html><html lang=en><meta charset=utf-8><title>Sweep</title><style>{Pages.Style}</style><h1>Sweep</h1>"
        + $"<p role=alert>{WebUtility.HtmlEncode(refusal)}</p><form method=post action={Path}><label>Token "
        + "<input type=password name=token autocomplete=current-password required autofocus></label> <button>Sign in</button></form></html>\n",
        status);

    private static CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,

        // Behind a proxy that ends TLS only the proxy knows. Whoever lies about it harms their own cookie.
        Secure = request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https",
        Path = "/",
    };

    private static IResult SeeList(HttpContext context)
    {
        context.Response.Headers.Location = "/";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
