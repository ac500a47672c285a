using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>What a client makes of a network and a service that are not well.</summary>
public class FaultTests
{
    [AzuriteFact]
    public async Task Throttling_IsOutlived()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("busy");
        faulty.Throttle(times: 3);
        await blob.UploadAsync(Containers.Text("through"));
        Assert.Equal(4, faulty.Sent.Count);
        Assert.Equal("through", await Containers.ReadAsync(blob));
    }

    [AzuriteTheory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task TransientStatus_IsTriedAgain(int status)
    {
        var (container, faulty) = await Containers.FaultyAsync();
        faulty.Answer(status, "InternalError");
        Assert.False((await container.GetBlobClient("x").ExistsAsync()).Value);
        Assert.Equal(2, faulty.Sent.Count);
    }

    [AzuriteFact]
    public async Task Throttling_WithoutEnd_IsToldByItsName()
    {
        var (container, faulty) = await Containers.FaultyAsync(maxRetries: 2);
        faulty.Throttle(times: 10);
        await Containers.RefusedAsync(503, "ServerBusy", () => container.GetBlobClient("x").DownloadContentAsync());
        Assert.Equal(3, faulty.Sent.Count);
    }

    [AzuriteFact]
    public async Task Refusal_IsNotTriedAgain()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        await Containers.RefusedAsync(404, "BlobNotFound", () => container.GetBlobClient("absent").DownloadContentAsync());
        Assert.Single(faulty.Sent);
    }

    [AzuriteFact]
    public async Task LostRequest_IsSentAgain_WithAllOfItsBody()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("lost");
        faulty.LoseRequest(times: 2);
        await using var content = new PatternStream(100_000, canSeek: true);
        await blob.UploadAsync(content);
        Assert.Equal([100_000L, 100_000, 100_000], faulty.Sent.Select(request => request.BodyLength!.Value));
        using var read = (await blob.DownloadStreamingAsync()).Value;
        await PatternStream.AssertAsync(read.Content, 100_000);
    }

    [AzuriteFact]
    public async Task LostAnswer_OfAnUnguardedWrite_DoesNotShow()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("lost");
        faulty.LoseAnswer();
        var tag = (await blob.UploadAsync(Containers.Text("once"), overwrite: true)).Value.ETag;
        Assert.Equal(tag, (await blob.GetPropertiesAsync()).Value.ETag);
        Assert.Equal("once", await Containers.ReadAsync(blob));
    }

    /// <summary>The retry meets what the first attempt wrote: whoever guards writes reads back before believing in a rival.</summary>
    [AzuriteFact]
    public async Task LostAnswer_OfAGuardedWrite_LooksLikeARival()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("guarded");
        faulty.LoseAnswer();
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(Containers.Text("mine")));
        Assert.Equal("mine", await Containers.ReadAsync(blob));

        var tag = (await blob.GetPropertiesAsync()).Value.ETag;
        faulty.LoseAnswer();
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.UploadAsync(
            Containers.Text("mine too"), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = tag } }));
        Assert.Equal("mine too", await Containers.ReadAsync(blob));
    }

    [AzuriteFact]
    public async Task BrokenDownload_ResumesWhereItBroke()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("broken");
        await using var content = new PatternStream(500_000, canSeek: true);
        await blob.UploadAsync(content);
        var before = faulty.Sent.Count;

        faulty.CutBody(afterBytes: 100_000, times: 2);
        using (var streaming = (await blob.DownloadStreamingAsync()).Value)
        {
            await PatternStream.AssertAsync(streaming.Content, 500_000);
        }

        var asked = faulty.Sent.Skip(before).Select(request => request.Headers.GetValueOrDefault("x-ms-range")).ToList();
        Assert.Equal(3, asked.Count);
        Assert.StartsWith("bytes=100000-", asked[1], StringComparison.Ordinal);
        Assert.StartsWith("bytes=200000-", asked[2], StringComparison.Ordinal);

        faulty.CutBody(afterBytes: 1000);
        var part = (await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(10_000, 5000) })).Value.Content;
        Assert.Equal(Enumerable.Range(10_000, 5000).Select(i => PatternStream.At(i)), part.ToArray());
    }

    [AzuriteFact]
    public async Task BrokenDownload_OfABlobThatChangedMeanwhile_IsAnError()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("changed");
        await blob.UploadAsync(Containers.Text(new string('a', 200_000)));
        faulty.CutBody(afterBytes: 1000);
        using var streaming = (await blob.DownloadStreamingAsync()).Value;
        await blob.UploadAsync(Containers.Text(new string('b', 200_000)), overwrite: true);
        await Containers.RefusedAsync(412, "ConditionNotMet", () => streaming.Content.CopyToAsync(Stream.Null));
    }

    [AzuriteFact]
    public async Task Cancellation_EndsARequest()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        using var cancellation = new CancellationTokenSource();
        var held = faulty.Hold();
        var read = container.GetBlobClient("x").DownloadContentAsync(cancellation.Token);
        await held.Arrived;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        var blob = new BlobClient(container.GetBlobClient("y").Uri, Containers.SharedKey, Containers.Quick(faulty));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blob.UploadAsync(Containers.Text("x"), cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await container.GetBlobsAsync(cancellationToken: cancellation.Token).GetAsyncEnumerator().MoveNextAsync());
    }

    [AzuriteFact]
    public async Task EveryAttempt_IsSignedAnew()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        faulty.Throttle();
        await container.GetBlobClient("x").ExistsAsync();
        Assert.All(faulty.Sent, request =>
        {
            Assert.StartsWith("SharedKey devstoreaccount1:", request.Headers["authorization"], StringComparison.Ordinal);
            Assert.True(request.Headers.ContainsKey("x-ms-date"));
            Assert.True(request.Headers.ContainsKey("x-ms-version"));
        });
        Assert.Single(faulty.Sent.Select(request => request.Headers["x-ms-client-request-id"]).Distinct());
    }
}
