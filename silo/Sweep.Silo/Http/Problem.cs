using Microsoft.AspNetCore.Http;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Silo.Http;

/// <summary>A refusal, as RFC 9457 has it.</summary>
internal sealed record Problem(int Status, string Title, string Detail)
{
    /// <summary>Of a spec, one by one; null for other refusals.</summary>
    public IReadOnlyList<SpecFault>? Faults { get; init; }

    public IResult ToResult() => Results.Text(CanonicalJson.Serialize(this), "application/problem+json", statusCode: Status);
}
