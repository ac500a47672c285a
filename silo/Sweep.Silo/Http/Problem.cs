using Microsoft.AspNetCore.Http;
using Sweep.Recipes;

namespace Sweep.Silo.Http;

/// <summary>A refusal, as RFC 9457 has it.</summary>
internal sealed record Problem(int Status, string Title, string Detail)
{
    public IResult ToResult() => Results.Text(CanonicalJson.Serialize(this), "application/problem+json", statusCode: Status);
}
