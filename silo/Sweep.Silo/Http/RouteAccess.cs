using Microsoft.AspNetCore.Builder;
using Sweep.Grains;

namespace Sweep.Silo.Http;

/// <summary>Who may call a route. A route that says nothing, and a path that is no route, need <see cref="AccessScope.Read"/>.</summary>
internal sealed record RouteAccess
{
    /// <summary>What a token must allow; null for a route that is open.</summary>
    public AccessScope? Scope { get; private init; }

    /// <summary>Whether requests are counted.</summary>
    public bool Limited { get; private init; } = true;

    /// <summary>Whether the cookie of a page counts for more than questions, where the request proves that it comes from a page of this silo.</summary>
    public bool TakesCookie { get; private init; }

    public static RouteAccess Read { get; } = new() { Scope = AccessScope.Read };

    public static RouteAccess Open { get; } = new();

    /// <summary>Open and never refused: a probe that is told to come back later takes the silo for dead.</summary>
    public static RouteAccess Probe { get; } = new() { Limited = false };

    public static RouteAccess Needs(AccessScope scope) => new() { Scope = scope };

    /// <summary>As <see cref="Needs"/>, for what the silo's own pages post.</summary>
    public static RouteAccess FromPages(AccessScope scope) => new() { Scope = scope, TakesCookie = true };
}

internal static class RouteAccessHosting
{
    public static TBuilder Let<TBuilder>(this TBuilder route, RouteAccess access)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(access);
}
