using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>Writing, reading and deleting a blob.</summary>
public class BlobTests
{
    [AzuriteFact]
    public async Task Blob_IsReadAsWritten()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("a");
        var written = (await blob.UploadAsync(Containers.Text("hello"))).Value;

        var read = (await blob.DownloadContentAsync()).Value;
        Assert.Equal("hello", read.Content.ToString());
        Assert.Equal(written.ETag, read.Details.ETag);
        Assert.Equal(5, read.Details.ContentLength);
        Assert.Equal(written.LastModified, read.Details.LastModified);
        Assert.NotEqual(default, written.LastModified);
        Assert.Equal("application/octet-stream", read.Details.ContentType);
        Assert.Equal(BlobType.Block, read.Details.BlobType);
    }

    [AzuriteFact]
    public async Task EmptyBlob_IsABlob()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("empty");
        await blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions());
        Assert.True((await blob.ExistsAsync()).Value);
        Assert.Empty((await blob.DownloadContentAsync()).Value.Content.ToArray());

        using var streaming = (await blob.DownloadStreamingAsync()).Value;
        Assert.Equal(0, streaming.Details.ContentLength);
        Assert.Equal(-1, streaming.Content.ReadByte());
    }

    [AzuriteFact]
    public async Task UploadWithoutOverwrite_RefusesABlobThatIsThere()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("once");
        await blob.UploadAsync(Containers.Text("first"));
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(Containers.Text("second")));
        await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(Containers.Text("second").ToStream(), overwrite: false));
        Assert.Equal("first", await Containers.ReadAsync(blob));

        await blob.UploadAsync(Containers.Text("second"), overwrite: true);
        Assert.Equal("second", await Containers.ReadAsync(blob));
    }

    [AzuriteFact]
    public async Task UploadWithOptions_OverwritesUnlessTheySayOtherwise()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("options");
        await blob.UploadAsync(Containers.Text("first"), new BlobUploadOptions());
        await blob.UploadAsync(Containers.Text("second"), new BlobUploadOptions());
        var guarded = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        var refused = await Containers.RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(Containers.Text("third"), guarded));
        Assert.True(refused.ErrorCode == BlobErrorCode.BlobAlreadyExists);
        Assert.Equal("second", await Containers.ReadAsync(blob));
    }

    [AzuriteFact]
    public async Task StaleTag_RefusesWriteAndDelete_ButNotAFreshOne()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("tagged");
        var first = (await blob.UploadAsync(Containers.Text("1"))).Value.ETag;
        var second = (await blob.UploadAsync(Containers.Text("2"), If(first))).Value.ETag;
        Assert.NotEqual(first, second);

        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.UploadAsync(Containers.Text("3"), If(first)));
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.DeleteAsync(conditions: If(first).Conditions));
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.DeleteIfExistsAsync(conditions: If(first).Conditions));
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.DownloadContentAsync(If(first).Conditions, CancellationToken.None));
        Assert.Equal("2", await Containers.ReadAsync(blob));

        // Tags come back as they were kept: as text, too.
        Assert.True((await blob.DeleteIfExistsAsync(conditions: If(new ETag(second.ToString())).Conditions)).Value);
        Assert.False((await blob.ExistsAsync()).Value);

        static BlobUploadOptions If(ETag tag) => new() { Conditions = new BlobRequestConditions { IfMatch = tag } };
    }

    [AzuriteFact]
    public async Task TagOfAnAbsentBlob_IsNotMet()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("absent");
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag("\"0x8D000000000000\"") } };
        await Containers.RefusedAsync(412, "ConditionNotMet", () => blob.UploadAsync(Containers.Text("x"), options));
        Assert.False((await blob.ExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task UnchangedBlob_IsNotSentAgain()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("unchanged");
        var tag = (await blob.UploadAsync(Containers.Text("1"))).Value.ETag;
        var conditions = new BlobRequestConditions { IfNoneMatch = tag };
        var answer = await blob.DownloadContentAsync(conditions, CancellationToken.None);
        Assert.Equal((304, false), (answer.GetRawResponse().Status, answer.HasValue));
        Assert.IsNotType<RequestFailedException>(Assert.ThrowsAny<Exception>(() => _ = answer.Value.Content));

        var streaming = await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions });
        Assert.Equal((304, false), (streaming.GetRawResponse().Status, streaming.HasValue));
    }

    [AzuriteFact]
    public async Task AbsentBlob_AndAbsentContainer_HaveNames()
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlobClient("absent");
        var refused = await Containers.RefusedAsync(404, "BlobNotFound", () => blob.DownloadContentAsync());
        Assert.True(BlobErrorCode.BlobNotFound == refused.ErrorCode);
        Assert.Contains("BlobNotFound", refused.Message, StringComparison.Ordinal);
        await Containers.RefusedAsync(404, "BlobNotFound", () => blob.DownloadStreamingAsync());
        await Containers.RefusedAsync(404, "BlobNotFound", () => blob.GetPropertiesAsync());
        await Containers.RefusedAsync(404, "BlobNotFound", () => blob.DeleteAsync());
        Assert.False((await blob.DeleteIfExistsAsync()).Value);
        Assert.False((await blob.ExistsAsync()).Value);

        var nowhere = (await Containers.ServiceAsync()).GetBlobContainerClient(AzuriteServer.UniqueName()).GetBlobClient("absent");
        await Containers.RefusedAsync(404, "ContainerNotFound", () => nowhere.DownloadContentAsync());
        await Containers.RefusedAsync(404, "ContainerNotFound", () => nowhere.UploadAsync(Containers.Text("x")));
        Assert.False((await nowhere.ExistsAsync()).Value);
        Assert.False((await nowhere.DeleteIfExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task Range_IsWhatIsRead()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("ranges");
        await blob.UploadAsync(Containers.Text("0123456789"));
        Assert.Equal("3456", await RangeAsync(new HttpRange(3, 4)));
        Assert.Equal("789", await RangeAsync(new HttpRange(7)));
        Assert.Equal("89", await RangeAsync(new HttpRange(8, 100)));
        Assert.Equal("0", await RangeAsync(new HttpRange(0, 1)));
        await Containers.RefusedAsync(416, "InvalidRange", () => RangeAsync(new HttpRange(20, 1)));

        async Task<string> RangeAsync(HttpRange range)
        {
            using var part = (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Range = range })).Value;
            Assert.StartsWith($"bytes {range.Offset}-", part.Details.ContentRange, StringComparison.Ordinal);
            using var reader = new StreamReader(part.Content);
            var text = await reader.ReadToEndAsync();
            Assert.Equal(part.Details.ContentLength, text.Length);
            return text;
        }
    }

    [AzuriteFact]
    public async Task HeadersAndMetadata_ComeBack()
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlobClient("described");
        var hash = System.Security.Cryptography.MD5.HashData("{}"u8);
        await blob.UploadAsync(Containers.Text("{}"), new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders
            {
                ContentType = "application/json",
                ContentEncoding = "identity",
                ContentLanguage = "en",
                ContentDisposition = "attachment; filename=\"x.json\"",
                CacheControl = "no-cache",
                ContentHash = hash,
            },
            Metadata = new Dictionary<string, string> { ["Recipe"] = "S2ViTE", ["step_10"] = "a b; c" },
        });

        var said = (await blob.GetPropertiesAsync()).Value;
        Assert.Equal(
            ("application/json", "identity", "en", "attachment; filename=\"x.json\"", "no-cache", 2L, BlobType.Block),
            (said.ContentType, said.ContentEncoding, said.ContentLanguage, said.ContentDisposition, said.CacheControl,
                said.ContentLength, said.BlobType));
        Assert.Equal(hash, said.ContentHash);
        Assert.Equal(("S2ViTE", "a b; c", 2), (said.Metadata["Recipe"], said.Metadata["step_10"], said.Metadata.Count));

        var details = (await blob.DownloadContentAsync()).Value.Details;
        Assert.Equal(("application/json", "S2ViTE"), (details.ContentType, details.Metadata["Recipe"]));

        var listed = Assert.Single(await ListAsync(container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata })));
        Assert.Equal(("application/json", 2L), (listed.Properties.ContentType, listed.Properties.ContentLength));
        Assert.Equal("S2ViTE", listed.Metadata["Recipe"]);
        Assert.Empty(Assert.Single(await ListAsync(container.GetBlobsAsync())).Metadata);

        // Quoted in headers, not in lists; the same when sent.
        Assert.Equal(said.ETag.ToString("H"), said.ETag.ToString());
        Assert.Equal(said.ETag.ToString("H"), listed.Properties.ETag?.ToString("H"));
        Assert.Equal(said.ETag.ToString().Trim('"'), listed.Properties.ETag?.ToString());
    }

    public static TheoryData<string> Names => new()
    {
        "plain", "with space", "a/b/c", "a//b", "percent%41", "100%", "plus+plus", "question?mark", "hash#tag", "amp&equals=1",
        "unicode-ünïcödé-模型", "emoji-🧹", "quote'\"", "colon:semi;comma,", "[brackets](x)", "back~tick`", "dots...x", "CASE/case",
        "counter/00000000-0000-0000-0000-000000000001.json",
    };

    [AzuriteTheory]
    [MemberData(nameof(Names))]
    public async Task Name_OfAnyKind_IsTheSameEverywhere(string name)
    {
        var container = await Containers.NewAsync();
        var blob = container.GetBlobClient(name);
        Assert.Equal((name, container.Name, AzuriteServer.AccountName), (blob.Name, blob.BlobContainerName, blob.AccountName));
        await blob.UploadAsync(Containers.Text(name));
        Assert.Equal(name, await Containers.ReadAsync(container.GetBlobClient(name)));
        Assert.Equal(name, Assert.Single(await ListAsync(container.GetBlobsAsync(new GetBlobsOptions { Prefix = name[..2] }))).Name);

        var byAddress = new BlobClient(blob.Uri, Containers.SharedKey, Containers.Quick());
        Assert.Equal((name, container.Name), (byAddress.Name, byAddress.BlobContainerName));
        Assert.Equal(name, await Containers.ReadAsync(byAddress));
        Assert.True((await byAddress.DeleteIfExistsAsync()).Value);
    }

    [AzuriteFact]
    public async Task StreamAtItsEnd_IsNotTakenForAnEmptyBlob()
    {
        var blob = (await Containers.NewAsync()).GetBlobClient("end");
        using var stream = new MemoryStream();
        await stream.WriteAsync("written"u8.ToArray());
        await Assert.ThrowsAsync<ArgumentException>(() => blob.UploadAsync(stream, overwrite: true));

        stream.Position = 3;
        await blob.UploadAsync(stream, overwrite: true);
        Assert.Equal("tten", await Containers.ReadAsync(blob));
        Assert.True(stream.CanRead);
    }

    [AzuriteFact]
    public async Task OpenRead_SeeksAndNoticesChange()
    {
        var bytes = Containers.Bytes(100_000);
        var blob = (await Containers.NewAsync()).GetBlobClient("seek");
        await blob.UploadAsync(BinaryData.FromBytes(bytes));

        await using var stream = await blob.OpenReadAsync(position: 10, bufferSize: 4096);
        Assert.Equal((bytes.Length, 10, true), (stream.Length, stream.Position, stream.CanSeek));
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(bytes[10..], copy.ToArray());

        stream.Seek(-5, SeekOrigin.End);
        var tail = new byte[5];
        await stream.ReadExactlyAsync(tail);
        Assert.Equal(bytes[^5..], tail);
        Assert.Equal(0, await stream.ReadAsync(tail));

        await blob.UploadAsync(Containers.Text(new string('x', bytes.Length)), overwrite: true);
        stream.Position = 50_000;
        await Containers.RefusedAsync(412, "ConditionNotMet", async () => await stream.ReadExactlyAsync(tail));
    }

    [AzuriteFact]
    public async Task DownloadTo_CopiesAll()
    {
        var bytes = Containers.Bytes(300_000);
        var blob = (await Containers.NewAsync()).GetBlobClient("copy");
        await blob.UploadAsync(BinaryData.FromBytes(bytes));
        using var copy = new MemoryStream();
        await blob.DownloadToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    internal static async Task<List<BlobItem>> ListAsync(AsyncPageable<BlobItem> blobs)
    {
        var all = new List<BlobItem>();
        await foreach (var blob in blobs)
        {
            all.Add(blob);
        }

        return all;
    }
}
