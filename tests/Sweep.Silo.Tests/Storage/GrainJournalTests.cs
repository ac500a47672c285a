using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Sweep.Silo.Storage.Journal;

namespace Sweep.Silo.Tests.Storage;

/// <summary>A journal that is cut, changed, or let down by its disk at every point.</summary>
public sealed class GrainJournalTests : IDisposable
{
    private static readonly JournalLimits s_tight = new() { Segment = 600, Slack = 600 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CutAtAnyByte_KeepsWhatWasAcknowledgedBefore()
    {
        var (bytes, states) = await Recorded();
        for (var cut = states[0].Length; cut <= bytes.Length; cut++)
        {
            var folder = Copy(bytes.AsSpan(0, (int)cut));
            var expected = states.Last(state => state.Length <= cut).States;
            using (var journal = Open(folder))
            {
                Assert.Equal(expected, Read(journal));
                await Put(journal, "after", "the cut");
            }

            using (var again = Open(folder))
            {
                Assert.Equal(new SortedDictionary<string, string>(expected, StringComparer.Ordinal) { ["after"] = "the cut" }, Read(again));
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AnyChangedByte_IsRefusedOrCostsTheLastBatchAlone()
    {
        var (bytes, states) = await Recorded();
        var (refused, lost) = (0, 0);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0x14;
            var folder = Copy(changed);
            try
            {
                using var journal = Open(folder);
                Assert.Equal(states[^2].States, Read(journal));
                Assert.InRange(at, states[^2].Length, bytes.Length);
                lost++;
            }
            catch (JournalDamagedException e)
            {
                Assert.Contains("00000001.journal", e.Message, StringComparison.Ordinal);
                refused++;
            }

            Directory.Delete(folder, recursive: true);
        }

        Assert.Equal((states[^2].Length, bytes.Length - states[^2].Length), (refused, lost));
    }

    /// <summary>No sum covers that space. Without it the ETag stands where the length should, and this one begins with the right length.</summary>
    [Fact]
    public void RecordWithoutTheSpaceBehindItsSum_IsNone()
    {
        const int Space = 4 + 8;
        var written = new ArrayBufferWriter<byte>();
        JournalRecord.Write(written, RecordKind.Put, new RecordKey("state", GrainId.Create("grain", "key")), new Guid("4a000000-0000-0000-0000-000000000000"), 0, "last"u8);
        var record = written.WrittenSpan.ToArray();
        Assert.Equal((byte)' ', record[Space]);
        Assert.NotNull(JournalRecord.Read(record));

        record[Space] ^= 0x14;

        Assert.Null(JournalRecord.Read(record));
    }

    [Fact]
    public async Task ATailOfZeros_IsCutOff()
    {
        var (bytes, states) = await Recorded();
        var folder = Copy([.. bytes, .. new byte[4096]]);
        using var journal = Open(folder);

        Assert.Equal(states[^1].States, Read(journal));
        Assert.Equal(bytes.Length, new FileInfo(JournalSegment.PathOf(folder, 1)).Length);
    }

    /// <summary>The disk fails once, at each operation in turn: writes fail or are done, and a failed one can be tried again.</summary>
    [Fact]
    public async Task AFault_FailsWritesAndLosesNone()
    {
        for (var failAt = 2; ; failAt++)
        {
            var folder = _folder[FormattableString.Invariant($"fault-{failAt}")];
            var disk = new JournalDisk { FailAt = failAt + 2 }; // the first two make the folder's first segment
            var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
            using (var journal = Open(folder, disk, s_tight))
            {
                await Write(journal, model, retry: true);
                Assert.Equal(model, Read(journal));
            }

            using (var again = Open(folder, limits: s_tight))
            {
                Assert.Equal(model, Read(again));
            }

            if (disk.Operations < disk.FailAt)
            {
                Assert.InRange(failAt, 100, 10_000); // that the faults were many
                return;
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The disk is gone from an operation on: whatever was acknowledged is there when it comes back.</summary>
    [Fact]
    public async Task TheEndAtAnyOperation_LosesNothingAcknowledged()
    {
        for (var failAt = 4; ; failAt++)
        {
            var folder = _folder[FormattableString.Invariant($"end-{failAt}")];
            var disk = new JournalDisk { FailAt = failAt, IsGone = true };
            var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
            string? doubtful;
            using (var journal = Open(folder, disk, s_tight))
            {
                doubtful = await Write(journal, model, retry: false);
            }

            using (var again = Open(folder, limits: s_tight))
            {
                var read = Read(again);
                Assert.Equal(model.Where(state => state.Key != doubtful), read.Where(state => state.Key != doubtful));
            }

            if (doubtful is null)
            {
                return;
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Rewriting_StaysWithinItsBounds()
    {
        var folder = _folder["bounds"];
        var limits = new JournalLimits { Segment = 20_000, Slack = 40_000 };
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var most = 0L;
        using (var journal = Open(folder, limits: limits))
        {
            for (var i = 0; i < 3000; i++)
            {
                var key = FormattableString.Invariant($"state-{i * 7 % 50}");
                model[key] = FormattableString.Invariant($"{new string('x', 200)}{i}");
                await Put(journal, key, model[key]);
                most = Math.Max(most, new DirectoryInfo(folder).EnumerateFiles().Sum(LengthOf));
            }

            Assert.Equal(model, Read(journal));
        }

        const int Live = 50 * 320;
        Assert.InRange(most, limits.Slack, 2 * Live + limits.Slack + 3 * limits.Segment);
        using var again = Open(folder, limits: limits);
        Assert.Equal(model, Read(again));
    }

    /// <summary>A rewritten segment may go between its listing and this.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AMissingSegment_IsRefused(int which)
    {
        var folder = _folder["missing"];
        using (var journal = Open(folder, limits: s_tight))
        {
            await Write(journal, new SortedDictionary<string, string>(StringComparer.Ordinal), retry: false);
        }

        File.Delete(JournalSegment.In(folder)[which].Path);

        Assert.Throws<JournalDamagedException>(() => Open(folder));
    }

    [Fact]
    public async Task WritesThatComeTogether_ShareAFlush()
    {
        var disk = new JournalDisk();
        using var journal = Open(_folder["together"], disk);
        var before = disk.Flushes;
        disk.Gate = new SemaphoreSlim(0);
        var first = Put(journal, "first", "1");
        await disk.Waiting.WaitAsync();
        var others = Enumerable.Range(0, 100).Select(i => Put(journal, FormattableString.Invariant($"other-{i}"), "2")).ToList();
        disk.Gate.Release(2);
        await Task.WhenAll(others.Append(first));

        Assert.Equal(2, disk.Flushes - before);
        Assert.Equal(101, journal.Count);
    }

    [Fact]
    public async Task AWriteThatFailed_IsNotSeen()
    {
        var disk = new JournalDisk();
        using var journal = Open(_folder["unseen"], disk);
        await Put(journal, "state", "first");
        disk.FailAt = disk.Operations + 2; // the flush: the bytes are in the file

        await Assert.ThrowsAsync<IOException>(() => Put(journal, "state", "second"));
        Assert.Equal("first", Read(journal)["state"]);
        await Put(journal, "another", "third");
        journal.Dispose();
        using var again = Open(_folder["unseen"]);
        Assert.Equal("first", Read(again)["state"]);
    }

    [Fact]
    public async Task Readers_FindEveryStateWhileSegmentsGo()
    {
        using var journal = Open(_folder["readers"], limits: new JournalLimits { Segment = 4000, Slack = 4000 });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Put(journal, FormattableString.Invariant($"still-{i}"), "here")));
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var reads = 0;
            while (!done.IsCancellationRequested)
            {
                Assert.Equal("here", TextOf(journal, FormattableString.Invariant($"still-{reads++ % 20}")));
            }

            return reads;
        });
        for (var i = 0; i < 2000; i++)
        {
            await Put(journal, "moving", FormattableString.Invariant($"{i}"));
        }

        await done.CancelAsync();
        Assert.InRange(await reader, 1, int.MaxValue);
        Assert.InRange(JournalSegment.In(_folder["readers"])[0].Number, 2, int.MaxValue);
    }

    /// <summary>A journal of one segment, and its states after each batch.</summary>
    private async Task<(byte[] Bytes, List<(long Length, SortedDictionary<string, string> States)> States)> Recorded()
    {
        var folder = _folder["recorded"];
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var states = new List<(long, SortedDictionary<string, string>)>();
        var path = JournalSegment.PathOf(folder, 1);
        using (var journal = Open(folder))
        {
            Note();
            foreach (var (key, text) in new[] { ("a", "one"), ("b c", "two\nlines"), ("a", "put 00000000 0 1 x y z\n"), ("\u00E9%/d", ""), ("b c", null), ("e", "last") })
            {
                await Put(journal, key, text);
                _ = text is null ? model.Remove(key) : (model[key] = text) is null;
                Note();
            }
        }

        return (await File.ReadAllBytesAsync(path), states);

        void Note() => states.Add((new FileInfo(path).Length, new SortedDictionary<string, string>(model, StringComparer.Ordinal)));
    }

    /// <summary>Enough for several segments to come and go.</summary>
    /// <returns>The state whose write failed; null when none did, or each was tried again.</returns>
    private static async Task<string?> Write(GrainJournal journal, SortedDictionary<string, string> model, bool retry)
    {
        for (var i = 0; i < 60; i++)
        {
            var key = FormattableString.Invariant($"state-{i * 5 % 7}");
            var text = i % 11 == 10 ? null : FormattableString.Invariant($"text {i}");
            try
            {
                await Put(journal, key, text);
            }
            catch (IOException) when (retry)
            {
                Assert.Equal(model.GetValueOrDefault(key), TextOf(journal, key));
                await Put(journal, key, text);
            }
            catch (IOException)
            {
                return key;
            }

            _ = text is null ? model.Remove(key) : (model[key] = text) is null;
        }

        return null;
    }

    private static GrainJournal Open(string folder, JournalFiles? disk = null, JournalLimits? limits = null)
    {
        Directory.CreateDirectory(folder);
        return GrainJournal.Open(folder, disk ?? new JournalDisk(), limits ?? new JournalLimits(), NullLogger.Instance);
    }

    private static async Task Put(GrainJournal journal, string key, string? text)
    {
        var record = KeyOf(key);
        var write = new JournalWrite(record, journal.Read(record)?.ETag.ToString("N"), text is null ? null : Encoding.UTF8.GetBytes(text));
        Assert.Null(await journal.Write(write));
    }

    private static SortedDictionary<string, string> Read(GrainJournal journal)
    {
        var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in s_keys)
        {
            if (TextOf(journal, key) is { } text)
            {
                read[key] = text;
            }
        }

        Assert.Equal(journal.Count, read.Count);
        return read;
    }

    private static readonly string[] s_keys = ["a", "b c", "\u00E9%/d", "e", "after", "state", "another", .. Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"state-{i}"))];

    private static string? TextOf(GrainJournal journal, string key) => journal.Read(KeyOf(key)) is { } stored ? Encoding.UTF8.GetString(stored.Content) : null;

    private static RecordKey KeyOf(string key) => new("note", GrainId.Create("sample", key));

    private string Copy(ReadOnlySpan<byte> bytes)
    {
        var folder = _folder["copy"];
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(JournalSegment.PathOf(folder, 1), bytes);
        return folder;
    }
}
