using System.Text;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>Blobs made of blocks, by hand and by large uploads.</summary>
public class BlockTests
{
    private const int MiB = 1 << 20;

    private static string Id(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes(name));

    private static Stream Body(string text) => Containers.Text(text).ToStream();

    [AzuriteFact]
    public async Task Blocks_StagedOutOfOrder_AreReadInTheListsOrder()
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlockBlobClient("blocks");
        await blob.StageBlockAsync(Id("3"), Body("three"));
        await blob.StageBlockAsync(Id("1"), Body("one"));
        await blob.StageBlockAsync(Id("2"), Body("two"));
        await blob.StageBlockAsync(Id("9"), Body("never"));

        // Not a blob yet, for any reader.
        Assert.False((await blob.ExistsAsync()).Value);
        Assert.Empty(await BlobTests.ListAsync(container.GetBlobsAsync()));
        var staged = (await blob.GetBlockListAsync()).Value;
        Assert.Empty(staged.CommittedBlocks);
        Assert.Equal(4, staged.UncommittedBlocks.Count());

        var written = (await blob.CommitBlockListAsync(
            [Id("1"), Id("2"), Id("3")],
            new CommitBlockListOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" },
                Metadata = new Dictionary<string, string> { ["k"] = "v" },
            })).Value;
        var read = (await blob.DownloadContentAsync()).Value;
        Assert.Equal(("onetwothree", "text/plain", "v"), (read.Content.ToString(), read.Details.ContentType, read.Details.Metadata["k"]));
        Assert.Equal(written.ETag, read.Details.ETag);

        var list = (await blob.GetBlockListAsync(BlockListTypes.All)).Value;
        Assert.Equal([(Id("1"), 3L), (Id("2"), 3), (Id("3"), 5)], list.CommittedBlocks.Select(block => (block.Name, block.SizeLong)));
        Assert.Empty(list.UncommittedBlocks);
    }

    [AzuriteFact]
    public async Task StagedBlocks_LeaveTheOldBlobAlone_UntilCommitted()
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlockBlobClient("old");
        await container.UploadBlobAsync("old", Containers.Text("old"));
        await blob.StageBlockAsync(Id("1"), Body("new"));
        Assert.Equal("old", (await blob.DownloadContentAsync()).Value.Content.ToString());
        Assert.Single((await blob.GetBlockListAsync(BlockListTypes.Uncommitted)).Value.UncommittedBlocks);
        await blob.CommitBlockListAsync([Id("1")]);
        Assert.Equal("new", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [AzuriteFact]
    public async Task Commit_HoldsToItsConditions()
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlockBlobClient("guarded");
        var absent = new BlobRequestConditions { IfNoneMatch = ETag.All };
        await blob.StageBlockAsync(Id("1"), Body("first"));
        var first = (await blob.CommitBlockListAsync([Id("1")], conditions: absent)).Value.ETag;

        await blob.StageBlockAsync(Id("2"), Body("second"));
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.CommitBlockListAsync([Id("2")], conditions: absent));
        var second = (await blob.CommitBlockListAsync(
            [Id("2")], conditions: new BlobRequestConditions { IfMatch = first })).Value.ETag;

        await blob.StageBlockAsync(Id("3"), Body("third"));
        var stale = new CommitBlockListOptions { Conditions = new BlobRequestConditions { IfMatch = first } };
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.CommitBlockListAsync([Id("3")], stale));
        Assert.Equal(second, (await blob.GetPropertiesAsync()).Value.ETag);
    }

    [AzuriteFact]
    public async Task Commit_OfAnUnknownBlock_IsRefused()
    {
        var blob = (await Containers.NewAsync()).GetBlockBlobClient("unknown");
        await blob.StageBlockAsync(Id("1"), Body("x"));
        await Containers.RefusedAsync(400, "InvalidBlockList", () => blob.CommitBlockListAsync([Id("1"), Id("2")]));
    }

    [AzuriteFact]
    public async Task StagingABlock_TakesNoTag()
    {
        var blob = (await Containers.NewAsync()).GetBlockBlobClient("tag");
        var options = new BlockBlobStageBlockOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag("\"1\"") } };
        await Assert.ThrowsAsync<ArgumentException>(() => blob.StageBlockAsync(Id("1"), Body("x"), options));
    }

    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeUpload_GoesInBlocks_AndHoldsFewOfThem(bool seekable)
    {
        const int blockBytes = 256 << 10, total = (20 * MiB) + 17, concurrency = 3;
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("large");
        await using var content = new PatternStream(total, seekable);
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-model" },
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = new StorageTransferOptions
            {
                InitialTransferSize = blockBytes,
                MaximumTransferSize = blockBytes,
                MaximumConcurrency = concurrency,
            },
        };
        await blob.UploadAsync(content, options);

        var staged = faulty.Sent.Where(request => request.Asks("block")).ToList();
        Assert.Equal((total + blockBytes - 1) / blockBytes, staged.Count);
        Assert.All(staged, request => Assert.InRange(request.BodyLength!.Value, 1, blockBytes));
        Assert.Single(faulty.Sent, request => request.Asks("blocklist"));

        var said = (await blob.GetPropertiesAsync()).Value;
        Assert.Equal((total, "application/x-model", "v"), (said.ContentLength, said.ContentType, said.Metadata["k"]));
        using var read = (await blob.DownloadStreamingAsync()).Value;
        await PatternStream.AssertAsync(read.Content, total);

        await using var again = new PatternStream(total, seekable);
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(again, options));
    }

    [AzuriteFact]
    public async Task LargeUpload_ReadsNoFurtherThanItSends()
    {
        const int blockBytes = 64 << 10, concurrency = 2;
        var (container, faulty) = await Containers.FaultyAsync();
        var held = Enumerable.Range(0, concurrency).Select(_ => faulty.Hold(request => request.Asks("block"))).ToList();
        await using var content = new PatternStream(2 * MiB, canSeek: true);
        var upload = container.GetBlobClient("held").UploadAsync(content, Small(blockBytes));
        await Task.WhenAll(held.Select(request => request.Arrived));

        // Blocks under way and one read ahead: what an upload holds in memory.
        Assert.InRange(content.Position, concurrency * blockBytes, (concurrency + 1) * blockBytes);
        held.ForEach(request => request.Release());
        await upload;
        Assert.Equal(2 * MiB, content.Position);
    }

    [AzuriteFact]
    public async Task StagingABlock_NeedsAStreamThatSeeks()
    {
        var blob = (await Containers.NewAsync()).GetBlockBlobClient("pipe");
        await using var content = new PatternStream(10, canSeek: false);
        await Assert.ThrowsAsync<NotSupportedException>(() => blob.StageBlockAsync(Id("1"), content));
    }

    [AzuriteFact]
    public async Task LargeUpload_OutlivesFaultsOfSingleBlocks()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("faults");
        faulty.Throttle(times: 2, only: request => request.Asks("block"));
        faulty.LoseAnswer(only: request => request.Asks("block"));
        faulty.LoseRequest(only: request => request.Asks("block"));
        faulty.LoseAnswer(only: request => request.Asks("blocklist"));
        await using var content = new PatternStream(2 * MiB, canSeek: true);
        await blob.UploadAsync(content, Small(64 << 10));
        Assert.Equal(0, faulty.FaultsLeft);
        using var read = (await blob.DownloadStreamingAsync()).Value;
        await PatternStream.AssertAsync(read.Content, 2 * MiB);
    }

    [AzuriteFact]
    public async Task LargeUpload_ThatIsCancelled_LeavesNoBlob()
    {
        var (container, faulty) = await Containers.FaultyAsync();
        var blob = container.GetBlobClient("cancelled");
        using var cancellation = new CancellationTokenSource();
        var held = faulty.Hold(request => request.Asks("block"));
        await using var content = new PatternStream(2 * MiB, canSeek: true);
        var upload = blob.UploadAsync(content, Small(64 << 10), cancellation.Token);
        await held.Arrived;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        Assert.DoesNotContain(faulty.Sent, request => request.Asks("blocklist"));
        Assert.False((await blob.ExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task SmallUpload_OfAStreamThatCannotSeek_Arrives()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("pipe");
        await using var content = new PatternStream(1000, canSeek: false);
        await blob.UploadAsync(content);
        using var read = (await blob.DownloadStreamingAsync()).Value;
        await PatternStream.AssertAsync(read.Content, 1000);
    }

    private static BlobUploadOptions Small(int blockBytes) => new()
    {
        TransferOptions = new StorageTransferOptions
        {
            InitialTransferSize = blockBytes,
            MaximumTransferSize = blockBytes,
            MaximumConcurrency = 2,
        },
    };
}
