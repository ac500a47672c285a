using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Http;

namespace Sweep.Silo.Web;

/// <summary>
/// Tells a browser, as server-sent events, which version each part of a page has by now; it asks for those that are newer than what it shows. A browser
/// that was away learns the same when it is back, and nothing is kept for it meanwhile.
/// </summary>
internal sealed class EventStream(TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Streams at once. More wait to be let in, and their pages say that they are not live.</summary>
    private const int Most = 512;

    /// <summary>After so long the browser comes again, and passes the gate again: its token may be gone.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    /// <summary>Something is said so often at least, for proxies and for whoever waits at the other end.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private int _open;

    /// <param name="context">Of the request.</param>
    /// <param name="versions">By part, as they are now.</param>
    public async Task<IResult> Serve(HttpContext context, Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> versions)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var first = await versions(ends.Token);
        if (Interlocked.Increment(ref _open) > Most)
        {
            Interlocked.Decrement(ref _open);
            context.Response.Headers.RetryAfter = "60";
            return new Problem(StatusCodes.Status503ServiceUnavailable, "Too many pages are open.", FormattableString.Invariant($"A silo keeps at most {Most} pages live.")).ToResult();
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await Write(context, first, versions, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The browser has gone, or the silo goes.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }

        return Results.Empty;
    }

    private async Task Write(
        HttpContext context, IReadOnlyDictionary<string, string> first, Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> versions, CancellationToken cancellationToken)
    {
        var (begun, said) = (time.GetTimestamp(), time.GetTimestamp());
        var last = CanonicalJson.Serialize(first);
        await Say(context, $"retry: 2000\ndata: {last}\n\n", cancellationToken);
        while (time.GetElapsedTime(begun) < s_longest)
        {
            await Task.Delay(s_between, time, cancellationToken);
            string now;
            try
            {
                now = await Now(versions, cancellationToken) ?? last;
            }
            catch (ExperimentNotFoundException)
            {
                // Deleted: the browser comes again and is told so.
                return;
            }

            if (now != last || time.GetElapsedTime(said) >= s_silence)
            {
                await Say(context, now != last ? $"data: {now}\n\n" : ":\n\n", cancellationToken);
                (last, said) = (now, time.GetTimestamp());
            }
        }
    }

    /// <returns>Null while the cluster does not answer: what is shown stays.</returns>
    private static async Task<string?> Now(Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> versions, CancellationToken cancellationToken)
    {
        try
        {
            return CanonicalJson.Serialize(await versions(cancellationToken));
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private static async Task Say(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
