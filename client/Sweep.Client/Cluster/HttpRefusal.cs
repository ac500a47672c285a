using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sweep.Planning;

namespace Sweep.Client.Cluster;

/// <summary>What a silo, or something before it, said instead of an answer.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Detail">The silo's own words; null when they are not the silo's.</param>
/// <param name="Faults">Of a spec.</param>
/// <param name="Scope">What the token lacks; null when that is not the reason.</param>
/// <param name="RetryAfter">When asking again may help; null when nothing was said.</param>
internal sealed partial record HttpRefusal(HttpStatusCode Status, string? Detail, IReadOnlyList<SpecFault> Faults, string? Scope, TimeSpan? RetryAfter)
{
    /// <summary>Whatever answers is a stranger: more than this is not read.</summary>
    private const int LargestBody = 256 * 1024;

    /// <summary>What kind of refusal it is, in the silo's words.</summary>
    public string? Title { get; init; }

    /// <summary>Whether the same request may fare better later.</summary>
    public bool Passes => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    public static async Task<HttpRefusal> Read(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? Parse(await Body(response, cancellationToken)) : null;
        var scope = response.StatusCode is HttpStatusCode.Forbidden
            ? response.Headers.WwwAuthenticate.Select(challenge => ScopeWord().Match(challenge.Parameter ?? "")).FirstOrDefault(match => match.Success)?.Groups[1].Value
            : null;
        var after = response.Headers.RetryAfter;
        return new HttpRefusal(
            response.StatusCode, problem?.Detail, problem?.Faults ?? [], scope, after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null))
        { Title = problem?.Title };
    }

    /// <summary>For every command alike; what only some are refused with, they look at first.</summary>
    public ClientException ToException(Uri asked)
    {
        var words = Detail ?? string.Create(CultureInfo.InvariantCulture, $"{asked} answered with status {(int)Status}.");
        return Status switch
        {
            HttpStatusCode.Unauthorized => new ClientException(
                ExitCode.Error, words, "The token comes from --token-file, SWEEP_TOKEN, SWEEP_TOKEN_FILE or the context; who runs the silo makes one with 'sweep token new'."),
            HttpStatusCode.Forbidden => new ClientException(
                ExitCode.Error, words, Scope is null ? null : $"The token lacks the scope {Scope}; who runs the silo makes one that has it with 'sweep token new NAME --scope {Scope}'."),
            HttpStatusCode.NotFound when Detail is null => new ClientException(
                ExitCode.Unreachable, $"A Sweep server must answer there, but {asked} answered with status 404.", "Does the address lack a path, as behind an Ingress?"),
            HttpStatusCode.NotFound => new ClientException(ExitCode.NotFound, words),
            HttpStatusCode.Conflict => new ClientException(ExitCode.Conflict, words),
            HttpStatusCode.TooManyRequests => new ClientException(
                ExitCode.Unreachable,
                words,
                RetryAfter is { } wait ? string.Create(CultureInfo.InvariantCulture, $"Trying again in {Math.Ceiling(wait.TotalSeconds)} s is safe.") : "Trying again in a minute is safe."),
            _ when Passes => new ClientException(ExitCode.Unreachable, words, "Trying again is safe."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new ClientException(
                ExitCode.Error, $"{words} It leads elsewhere, where no token is sent.", "Name the address where the cluster answers itself."),
            _ => new ClientException(ExitCode.Error, words),
        };
    }

    private static async Task<string> Body(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[LargestBody];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <returns>Null for what is no refusal of a silo's.</returns>
    private static Problem? Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, LenientJson.Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("""(?:^|[\s,])scope="([a-z]{1,20})""")]
    private static partial Regex ScopeWord();

    private sealed record Problem
    {
        public string? Title { get; init; }

        public string? Detail { get; init; }

        public IReadOnlyList<SpecFault>? Faults { get; init; }
    }
}
