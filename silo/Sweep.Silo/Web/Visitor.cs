using Microsoft.AspNetCore.Http;

namespace Sweep.Silo.Web;

/// <summary>Who looks at a page.</summary>
/// <param name="MayOrder">Whether the visitor may pause, cancel and the like.</param>
/// <param name="HasToken">Whether the visitor came in by a token; nobody did where none is asked for.</param>
internal sealed record Visitor(bool MayOrder, bool HasToken)
{
    public static Visitor Of(HttpContext context) => context.Features.Get<Visitor>() ?? new Visitor(MayOrder: false, HasToken: false);
}
