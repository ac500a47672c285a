using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] s_one = [.. Enumerable.Range(0, 30_000).Select(i => (byte)(i * i % 251))];
    private static readonly byte[] s_two = [.. Enumerable.Range(0, 500).Select(i => (byte)(i % 7))];

    private readonly TemporaryFolder _folder = new();
    private readonly LocalServer _server = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    private string Target => _folder["numbers"];

    private Task<string> Get(KnownData data, IProgress<DownloadProgress>? progress = null) =>
        new DataSetDownload(_http, TimeProvider.System).Get(data, _folder.Path, progress, CancellationToken.None);

    [Fact]
    public async Task Compressed_files_are_verified_and_placed_as_they_came()
    {
        var data = Compressed();
        List<DownloadProgress> seen = [];

        Assert.Equal(Target, await Get(data, new Told(seen)));

        Assert.Equal(s_one, StoredFile.Read(Path.Combine(Target, "one.gz")));
        Assert.Equal(DataSetState.Complete, DataSetInspection.Verify(data, [_folder.Path]).State);
        Assert.Equal([Target], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal(new DownloadProgress("two.gz", data.Downloads[1].Bytes, data.Downloads[1].Bytes), seen[^1]);
    }

    [Fact]
    public async Task An_archive_gives_its_registered_files_alone()
    {
        var data = Archive();

        await Get(data);

        Assert.Equal(["one", "two"], Directory.EnumerateFiles(Target).Select(Path.GetFileName).Order());
        Assert.Equal(s_two, File.ReadAllBytes(Path.Combine(Target, "two")));
        Assert.False(File.Exists(_folder["evil"]));
    }

    [Fact]
    public async Task A_broken_connection_keeps_what_came_and_the_next_attempt_asks_for_the_rest()
    {
        var data = Archive();
        _server.BreakAfter = 1000;

        var message = (await Assert.ThrowsAsync<DataSetUnavailableException>(() => Get(data))).Message;

        Assert.Contains(data.Downloads[0].Addresses[0], message);
        Assert.Contains("after 1,000 of", message);
        Assert.Contains("goes on from there", message);
        Assert.False(Directory.Exists(Target));
        _server.BreakAfter = null;
        await Get(data);
        Assert.Equal(["numbers.tar.gz", "numbers.tar.gz bytes=1000-"], _server.Requests);
        Assert.Equal(DataSetState.Complete, DataSetInspection.Verify(data, [_folder.Path]).State);
    }

    [Fact]
    public async Task A_server_without_ranges_is_asked_again_for_all()
    {
        var data = Archive();
        (_server.BreakAfter, _server.KnowsRanges) = (1000, false);
        await Assert.ThrowsAsync<DataSetUnavailableException>(() => Get(data));
        _server.BreakAfter = null;

        await Get(data);

        Assert.Equal(s_one, File.ReadAllBytes(Path.Combine(Target, "one")));
    }

    [Fact]
    public async Task Other_bytes_than_the_registered_ones_are_deleted_and_both_digests_told()
    {
        var data = Archive();
        _server.Files["numbers.tar.gz"][20] ^= 1;

        var message = (await Assert.ThrowsAsync<DataSetUnavailableException>(() => Get(data))).Message;

        Assert.Contains($"must be {data.Downloads[0].Sha256}, but is {Sha256(_server.Files["numbers.tar.gz"])}", message);
        Assert.False(Directory.Exists(Target));
        Assert.Empty(Directory.EnumerateFiles(_folder[".numbers.part"]));
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_registered_is_told()
    {
        var data = Archive();
        data = data with { Downloads = [data.Downloads[0] with { Bytes = data.Downloads[0].Bytes + 5 }] };

        Assert.Contains("the file ended after", (await Assert.ThrowsAsync<DataSetUnavailableException>(() => Get(data))).Message);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_fails()
    {
        var data = Archive();
        var download = data.Downloads[0];
        data = data with { Downloads = [download with { Addresses = [_server.Address("gone"), download.Addresses[0]] }] };

        await Get(data);

        Assert.Equal(["gone", "numbers.tar.gz"], _server.Requests);
    }

    [Fact]
    public async Task Every_address_is_told_when_none_answers()
    {
        var data = Archive();
        data = data with { Downloads = [data.Downloads[0] with { Addresses = [_server.Address("gone"), "http://127.0.0.1:1/x"] }] };

        var message = (await Assert.ThrowsAsync<DataSetUnavailableException>(() => Get(data))).Message;

        Assert.Contains("404", message);
        Assert.Contains("http://127.0.0.1:1/x: ", message);
    }

    [Fact]
    public async Task A_registered_file_that_the_archive_lacks_is_told()
    {
        var data = Archive();
        data = data with { Files = [.. data.Files, new KnownFile("three", "", 0)] };

        Assert.Contains("must hold inner/three", await Reason());

        async Task<string> Reason() => (await Assert.ThrowsAsync<Models.StageFaultException>(() => Get(data))).Message;
    }

    [Fact]
    public async Task A_damaged_set_is_replaced_file_by_file()
    {
        var data = Archive();
        _folder.Write("numbers/one", [1, 2, 3]);
        Assert.Equal(DataSetState.Damaged, DataSetInspection.Look(data, [_folder.Path]).State);

        await Get(data);

        Assert.Equal(DataSetState.Complete, DataSetInspection.Verify(data, [_folder.Path]).State);
    }

    [Fact]
    public async Task What_was_fetched_stands_before_what_was_unpacked_by_hand_and_damaged()
    {
        var data = Archive();
        _folder.Write("numbers/inner/one", [1, 2, 3]);
        _folder.Write("numbers/inner/two", s_two);
        Assert.Equal((DataSetState.Damaged, _folder["numbers/inner"]), (DataSetInspection.Look(data, [_folder.Path]).State, DataSetInspection.Look(data, [_folder.Path]).Folder));

        await Get(data);

        Assert.Equal((DataSetState.Complete, Target), (DataSetInspection.Verify(data, [_folder.Path]).State, DataSetInspection.Verify(data, [_folder.Path]).Folder));
    }

    [Fact]
    public async Task A_truncated_compressed_file_is_damage()
    {
        var data = Compressed();
        await Get(data);
        var path = Path.Combine(Target, "one.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);

        Assert.Equal(DataSetState.Damaged, DataSetInspection.Verify(data, [_folder.Path]).State);
    }

    [Fact]
    public async Task Looking_compares_sizes_and_verifying_bytes()
    {
        var data = Compressed();
        Assert.Equal(DataSetState.Missing, DataSetInspection.Look(data, [_folder.Path]).State);
        await Get(data);
        var changed = (byte[])s_two.Clone();
        changed[3]++;
        _folder.Write("numbers/two.gz", Gzip(changed));

        Assert.Equal(DataSetState.Complete, DataSetInspection.Look(data, [_folder.Path]).State);
        var verified = DataSetInspection.Verify(data, [_folder.Path]);
        Assert.Equal((DataSetState.Damaged, Target), (verified.State, verified.Folder));
        Assert.Contains("two.gz: the SHA-256", verified.Fault);
        _folder.Write("numbers/two.gz", Gzip(changed[..100]));
        Assert.Contains("must have 500 bytes, but has 100", DataSetInspection.Look(data, [_folder.Path]).Fault);
        File.Delete(Path.Combine(Target, "two.gz"));
        Assert.EndsWith("two is missing.", DataSetInspection.Look(data, [_folder.Path]).Fault);
    }

    private KnownData Compressed()
    {
        _server.Files["one.gz"] = Gzip(s_one);
        _server.Files["two.gz"] = Gzip(s_two);
        return Numbers(null, "one.gz", "two.gz");
    }

    private KnownData Archive()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "../evil") { DataStream = new MemoryStream([1]) });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "inner/"));
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "inner/readme") { DataStream = new MemoryStream([2]) });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "inner/two") { DataStream = new MemoryStream(s_two) });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "./inner/one") { DataStream = new MemoryStream(s_one) });
        }

        _server.Files["numbers.tar.gz"] = packed.ToArray();
        return Numbers("inner", "numbers.tar.gz");
    }

    private KnownData Numbers(string? archiveFolder, params string[] downloads) => KnownData.Find("mnist")! with
    {
        Name = "numbers",
        ArchiveFolder = archiveFolder,
        Files = [new("one", Sha256(s_one), s_one.Length), new("two", Sha256(s_two), s_two.Length)],
        Downloads = [.. downloads.Select(name => new KnownDownload(name, [_server.Address(name)], Sha256(_server.Files[name]), _server.Files[name].Length))],
    };

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private sealed class Told(List<DownloadProgress> seen) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => seen.Add(value);
    }
}
