using Azure;
using Azure.Storage.Blobs;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Storage;
using Sweep.Testing.Azure;

namespace Sweep.Silo.Tests.Storage.Azure;

/// <summary>What a cloud does to a grain's state: a throttled service, a lost answer, a wrong key, another writer in between.</summary>
public sealed class AzureGrainStorageTests
{
    private static readonly GrainId s_grain = GrainId.Create("stage", "pretrain-1-0123456789");

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_WhoseAnswerIsLost_IsNoConflict(bool overRecord)
    {
        var transport = new FaultyTransport();
        var settings = await AzureSilo.Settings();
        await using var silo = await AzureSilo.Start(settings, transport);
        var state = new GrainState<string>("one");
        if (overRecord)
        {
            await silo.Storage.WriteStateAsync("note", s_grain, state);
        }

        transport.LoseAnswer(only: IsWrite);
        state.State = "two";
        await silo.Storage.WriteStateAsync("note", s_grain, state);
        var read = await Read(silo);

        Assert.Equal(0, transport.FaultsLeft);
        Assert.Equal(("two", state.ETag), (read.State, read.ETag));
        state.State = "three";
        await silo.Storage.WriteStateAsync("note", s_grain, state);
        Assert.Equal("three", (await Read(silo)).State);
    }

    [AzuriteFact]
    public async Task Write_WhoseAnswerIsLostAndThatAnotherHasWrittenOver_IsAConflict()
    {
        var transport = new FaultyTransport();
        var settings = await AzureSilo.Settings();
        await using var silo = await AzureSilo.Start(settings, transport);
        await using var other = await AzureSilo.Start(settings);
        var state = new GrainState<string>("one");
        await silo.Storage.WriteStateAsync("note", s_grain, state);

        transport.LoseAnswer(only: IsWrite);
        var again = 0;
        var repeated = transport.Hold(only: request => IsWrite(request) && Interlocked.Increment(ref again) == 1);
        state.State = "two";
        var writing = silo.Storage.WriteStateAsync("note", s_grain, state);
        await repeated.Arrived;
        var theirs = await Read(other);
        Assert.Equal("two", theirs.State);
        theirs.State = "three";
        await other.Storage.WriteStateAsync("note", s_grain, theirs);
        repeated.Release();

        await Assert.ThrowsAsync<InconsistentStateException>(() => writing);
        Assert.Equal("three", (await Read(silo)).State);
    }

    [AzuriteFact]
    public async Task Clear_WhoseAnswerIsLost_IsNoConflict()
    {
        var transport = new FaultyTransport();
        await using var silo = await AzureSilo.Start(await AzureSilo.Settings(), transport);
        var state = new GrainState<string>("one");
        await silo.Storage.WriteStateAsync("note", s_grain, state);

        transport.LoseAnswer(only: request => request.Method == "DELETE");
        await silo.Storage.ClearStateAsync("note", s_grain, state);

        Assert.Equal(0, transport.FaultsLeft);
        Assert.False((await Read(silo)).RecordExists);
    }

    [AzuriteFact]
    public async Task Write_ToAThrottledService_SucceedsWhenItAnswersAgain()
    {
        var transport = new FaultyTransport();
        await using var silo = await AzureSilo.Start(await AzureSilo.Settings(), transport);

        transport.Throttle(times: 3);
        await silo.Storage.WriteStateAsync("note", s_grain, new GrainState<string>("one"));

        Assert.Equal("one", (await Read(silo)).State);
    }

    [AzuriteFact]
    public async Task Write_ToAServiceThatStaysThrottled_FailsAndIsNoConflict()
    {
        var transport = new FaultyTransport();
        await using var silo = await AzureSilo.Start(await AzureSilo.Settings(), transport);

        transport.Throttle(times: 4);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => silo.Storage.WriteStateAsync("note", s_grain, new GrainState<string>("one")));

        Assert.Equal(503, Assert.IsType<RequestFailedException>(fault).Status);
        Assert.False((await Read(silo)).RecordExists);
    }

    [AzuriteFact]
    public async Task Write_WhenTheContainerIsGone_MakesIt()
    {
        var settings = await AzureSilo.Settings();
        await using var silo = await AzureSilo.Start(settings);
        await new BlobContainerClient(settings.Azure!, settings.GrainContainer).DeleteIfExistsAsync();

        Assert.False((await Read(silo)).RecordExists);
        await silo.Storage.WriteStateAsync("note", s_grain, new GrainState<string>("one"));

        Assert.Equal("one", (await Read(silo)).State);
    }

    [AzuriteFact]
    public async Task State_IsCanonicalJsonUnderItsGrainsName()
    {
        var settings = await AzureSilo.Settings();
        await using var silo = await AzureSilo.Start(settings);
        await silo.Storage.WriteStateAsync("note", s_grain, new GrainState<Dictionary<string, int>>(new() { ["b"] = 2, ["a"] = 1 }));

        var blob = new BlobContainerClient(settings.Azure!, settings.GrainContainer).GetBlobClient("note-stage/pretrain-1-0123456789.json");
        Assert.Equal("""{"a":1,"b":2}""", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [AzuriteFact]
    public async Task Start_WithAWrongKey_SaysWhichContainerAndWhatIsNeeded()
    {
        var settings = await AzureSilo.Settings();
        var wrong = Convert.ToBase64String(new byte[64]);
        settings = settings with { Azure = settings.Azure!.Replace(AzuriteServer.AccountKey, wrong, StringComparison.Ordinal) };

        var fault = await Assert.ThrowsAsync<IOException>(() => AzureContainers.Create(settings, hostsGrains: true, CancellationToken.None));

        Assert.Matches($"^Could not open container '{settings.GrainContainer}' at http://127.0.0.1:[0-9]+/devstoreaccount1: the credential is refused \\(403 ", fault.Message);
        Assert.Contains("--azure", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, fault.ToString(), StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Start_MakesTheContainersThatTheSettingsName()
    {
        var settings = await AzureSilo.Settings();

        await AzureContainers.Create(settings, hostsGrains: false, CancellationToken.None);
        Assert.False((await new BlobContainerClient(settings.Azure!, settings.GrainContainer).ExistsAsync()).Value);
        Assert.True((await new BlobContainerClient(settings.Azure!, settings.ArtifactContainer).ExistsAsync()).Value);

        await AzureContainers.Create(settings, hostsGrains: true, CancellationToken.None);
        Assert.True((await new BlobContainerClient(settings.Azure!, settings.GrainContainer).ExistsAsync()).Value);
    }

    private static bool IsWrite(SentRequest request) => request.Method == "PUT" && request.Uri.AbsolutePath.Contains("note-stage", StringComparison.Ordinal);

    private static async Task<GrainState<string>> Read(AzureSilo silo)
    {
        var state = new GrainState<string>();
        await silo.Storage.ReadStateAsync("note", s_grain, state);
        return state;
    }
}
