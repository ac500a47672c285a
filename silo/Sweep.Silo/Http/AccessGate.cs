using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Silo.Settings;
using Sweep.Silo.Web;

namespace Sweep.Silo.Http;

/// <summary>
/// What every HTTP request passes before its route: how often, how large, who, and whether they may. Without a token file everybody on this
/// machine may everything, but not the web pages that their browser happens to show.
/// </summary>
/// <param name="tokens">Null to ask for none.</param>
internal sealed class AccessGate(HttpSettings settings, TokenFile? tokens, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly RequestRate _addresses = new(settings.AddressRate, time);
    private readonly RequestRate _tokens = new(settings.TokenRate, time);

    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        if (Refuse(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // What only reading the body shows: no end, too large, cut short.
            var problem = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : new Problem(e.StatusCode, "The request is malformed.", e.Message);
            await problem.ToResult().ExecuteAsync(context);
        }
    }

    private IResult? Refuse(HttpContext context)
    {
        var (request, access) = (context.Request, context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() ?? RouteAccess.Read);
        if (!access.Limited)
        {
            return null;
        }

        if (_addresses.Take(AddressOf(context)) is { } wait)
        {
            return TooMany(context, wait, FormattableString.Invariant($"An address makes at most {settings.AddressRate} requests a minute (--address-rate)."));
        }

        if (request.ContentLength > settings.LargestBody)
        {
            return TooLarge().ToResult();
        }

        if (tokens is null)
        {
            context.Features.Set(new Visitor(MayOrder: true, HasToken: false));
            return RefuseForeign(request);
        }

        return access.Scope is { } scope ? RefuseStranger(context, tokens, scope, access.TakesCookie) : null;
    }

    private IResult? RefuseStranger(HttpContext context, TokenFile known, AccessScope scope, bool takesCookie)
    {
        var presented = Presented(context.Request, takesCookie);
        if (presented is null || known.Find(presented) is not { } token)
        {
            return Unknown(context, presented is null
                ? "A request carries a token, as Authorization: Bearer TOKEN, but this one does not."
                : "A token must be one of the silo's token file, but this one is not.");
        }

        if (_tokens.Take(token.Name) is { } wait)
        {
            return TooMany(context, wait, FormattableString.Invariant($"A token makes at most {settings.TokenRate} requests a minute (--token-rate), and '{token.Name}' has."));
        }

        if (token.Allows(scope))
        {
            context.Features.Set(new Visitor(token.Allows(AccessScope.Admin), context.Request.Cookies.ContainsKey(SignInPage.Cookie)));
            return null;
        }

        var word = TokenEntry.Word(scope);
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"sweep\", error=\"insufficient_scope\", scope=\"{word}\"";
        return new Problem(
            StatusCodes.Status403Forbidden,
            "The token does not allow this.",
            $"This needs the scope {word}, but '{token.Name}' has {string.Join(", ", token.Scopes.Select(TokenEntry.Word))}.").ToResult();
    }

    private static IResult Unknown(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"sweep\"";
        return !context.Request.Path.StartsWithSegments("/api") && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? SignInPage.Ask("", StatusCodes.Status401Unauthorized)
            : new Problem(StatusCodes.Status401Unauthorized, "Who asks must be known.", detail).ToResult();
    }

    /// <summary>
    /// A browser sends whatever page it shows to this machine's ports: under a name that its owner points here, or as a form that is
    /// posted across. Both say so.
    /// </summary>
    private static IResult? RefuseForeign(HttpRequest request)
    {
        var host = request.Host.Host;
        var isHere = host.Length == 0 || host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        var origin = request.Headers.Origin.ToString();
        var isOwn = origin.Length == 0 || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || origin == $"{request.Scheme}://{request.Host.Value}";
        return isHere && isOwn
            ? null
            : new Problem(
                StatusCodes.Status403Forbidden,
                "Only this machine may ask.",
                $"Without tokens (--tokens) a silo answers under a loopback name and to its own page, but this came for '{host}'{(origin.Length > 0 ? $" from '{origin}'" : "")}.")
                .ToResult();
    }

    /// <summary>
    /// A cookie proves who reads, no more: browsers add it also to what pages on other ports of this host post. What a page of this silo posts proves
    /// that by its origin, which no page can forge: the same host and port, and by browsers that say so, the same scheme.
    /// </summary>
    private static string? Presented(HttpRequest request, bool takesCookie)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim()
            : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || (takesCookie && IsFromHere(request)) ? request.Cookies[SignInPage.Cookie]
            : null;
    }

    private static bool IsFromHere(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
        && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin";

    /// <summary>Whoever has an IPv6 address has the 2⁶⁴ beside it.</summary>
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8)) : plain.ToString();
    }

    private Problem TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge,
        "The request is too large.",
        FormattableString.Invariant($"A request has at most {settings.LargestBody} bytes (--http-body)."));

    private static IResult TooMany(HttpContext context, TimeSpan wait, string detail)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new Problem(StatusCodes.Status429TooManyRequests, "There were too many requests.", detail).ToResult();
    }
}
