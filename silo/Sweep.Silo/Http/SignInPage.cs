using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Sweep.Silo.Web;

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
        $"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\"><meta name=color-scheme content=\"light dark\"><title>Sweep</title>"
        + $"<link rel=stylesheet href={Assets.Style}><main class=sign-in><p class=brand>Sweep</p><h1>Sign in</h1><p role=alert class=bad>{WebUtility.HtmlEncode(refusal)}</p>"
        + $"<form method=post action={Path}><label for=token>Token</label><input id=token type=password name=token autocomplete=current-password required autofocus>"
        + "<button class=\"button strong\">Sign in</button></form><p class=note>Whoever runs this cluster gives out tokens. Yours stays in a cookie that no script can read.</p></main></html>\n",
        status,
        "default-src 'none'; style-src 'self'");

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
