using Azure.Core;
using Azure.Core.Pipeline;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests;

/// <summary>The fixture does what the suites believe of it.</summary>
public class FixtureTests
{
    private sealed class Options : ClientOptions;

    private static readonly Options Quick = new() { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxRetries = 3 } };

    private static Uri List(AzuriteServer azurite) => new($"{azurite.BlobEndpoint}?comp=list");

    private static (FaultyTransport Faulty, HttpPipeline Pipeline) Faulty()
    {
        var faulty = new FaultyTransport();
        var options = new Options { Transport = faulty, Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxRetries = 3 } };
        return (faulty, HttpPipelineBuilder.Build(options));
    }

    private static async Task<Response> AskAsync(HttpPipeline pipeline, Uri uri, CancellationToken cancellation = default)
    {
        using var request = pipeline.CreateRequest();
        request.Method = RequestMethod.Get;
        request.Uri.Reset(uri);
        return await pipeline.SendRequestAsync(request, cancellation);
    }

    [AzuriteFact]
    public async Task Azurite_RefusesStrangers_OnBothEndpoints()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var pipeline = HttpPipelineBuilder.Build(Quick);
        Assert.Equal(403, (await AskAsync(pipeline, List(azurite))).Status);
        Assert.Equal(403, (await AskAsync(pipeline, new Uri($"{azurite.TableEndpoint}/Tables"))).Status);
        Assert.Same(azurite, await AzuriteServer.RunningAsync());
    }

    [AzuriteFact]
    public async Task Throttle_IsSeenByTheClient_AndOutlivedByItsRetries()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var (faulty, pipeline) = Faulty();
        faulty.Throttle(times: 2);
        Assert.Equal(403, (await AskAsync(pipeline, List(azurite))).Status);
        Assert.Equal(3, faulty.Sent.Count);

        faulty.Throttle(times: 4);
        var refused = await AskAsync(pipeline, List(azurite));
        Assert.Equal(503, refused.Status);
        Assert.Equal("ServerBusy", refused.Headers.TryGetValue("x-ms-error-code", out var code) ? code : null);
    }

    [AzuriteFact]
    public async Task LostAnswer_AndLostRequest_AreRetried()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var (faulty, pipeline) = Faulty();
        faulty.LoseAnswer();
        faulty.LoseRequest();
        Assert.Equal(403, (await AskAsync(pipeline, List(azurite))).Status);
        Assert.Equal((3, 0), (faulty.Sent.Count, faulty.FaultsLeft));
    }

    [AzuriteFact]
    public async Task CutBody_BreaksInTheMiddle()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var (faulty, pipeline) = Faulty();
        faulty.CutBody(afterBytes: 20, times: 4);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(pipeline, List(azurite)));
        Assert.Equal(403, (await AskAsync(pipeline, List(azurite))).Status);
    }

    [AzuriteFact]
    public async Task Hold_KeepsARequest_UntilReleasedOrGivenUp()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var (faulty, pipeline) = Faulty();
        var held = faulty.Hold(request => request.Uri.Query == "?comp=list");
        var answer = AskAsync(pipeline, List(azurite));
        await held.Arrived;
        Assert.False(answer.IsCompleted);
        held.Release();
        Assert.Equal(403, (await answer).Status);

        using var givenUp = new CancellationTokenSource();
        var second = faulty.Hold();
        var stopped = AskAsync(pipeline, List(azurite), givenUp.Token);
        await second.Arrived;
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }
}
