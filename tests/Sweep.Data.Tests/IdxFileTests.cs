using System.Buffers.Binary;
using System.IO.Compression;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] content, string name = "file") => _folder.Write(name, content);

    private static byte[] Idx(uint magic, int[] dimensions, int values)
    {
        var content = new byte[4 + 4 * dimensions.Length + values];
        BinaryPrimitives.WriteUInt32BigEndian(content, magic);
        for (var i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 + 4 * i), dimensions[i]);
        }

        for (var i = 0; i < values; i++)
        {
            content[^(values - i)] = (byte)i;
        }

        return content;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reads_plain_and_compressed_files(bool compressed)
    {
        var content = Idx(0x803, [2, 3, 4], 24);
        var path = Write(content);
        if (compressed)
        {
            path = _folder["file.gz"];
            using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            gzip.Write(content);
        }

        var file = IdxFile.Read(path, 3);

        Assert.Equal([2, 3, 4], file.Dimensions);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (byte)i), file.Values.ToArray());
    }

    [Fact]
    public void A_wrong_magic_number_is_named_with_both_values()
    {
        var path = Write(Idx(0x801, [24], 24));

        Assert.Equal($"{path}, offset 0: the magic number must be 0x00000803, but is 0x00000801.", Fixture.BadData(() => IdxFile.Read(path, 3)).Message);
    }

    [Fact]
    public void A_truncated_file_is_named_with_both_sizes()
    {
        var path = Write(Idx(0x803, [2, 3, 4], 20));

        Assert.Equal(
            $"{path}, offset 36: 2 x 3 x 4 values take 24 bytes after the header, but the file has 20: it is truncated.",
            Fixture.BadData(() => IdxFile.Read(path, 3)).Message);
    }

    [Fact]
    public void Bytes_too_many_are_refused() =>
        Assert.Contains("take 24 bytes", Fixture.BadData(() => IdxFile.Read(Write(Idx(0x803, [2, 3, 4], 25)), 3)).Message);

    [Fact]
    public void A_file_without_a_whole_header_is_refused() =>
        Assert.Contains("has 16 bytes, but the file ends after 6", Fixture.BadData(() => IdxFile.Read(Write([0, 0, 8, 3, 0, 0]), 3)).Message);

    [Fact]
    public void A_negative_dimension_is_refused() =>
        Assert.Contains("offset 8: dimension 1 must be positive, but is -1", Fixture.BadData(() => IdxFile.Read(Write(Idx(0x803, [2, -1, 4], 0)), 3)).Message);

    [Fact]
    public void A_broken_gzip_stream_is_refused() =>
        Assert.Contains("must be a gzip stream", Fixture.BadData(() => IdxFile.Read(Write([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "bad.gz"), 3)).Message);

    [Fact]
    public void Other_bytes_than_the_registered_ones_are_refused()
    {
        var known = KnownData.Find("fashion-mnist")!;
        Write(Idx(0x803, [60_000, 28, 28], 60_000 * 784), known.Files[0].Name);
        Write(Idx(0x801, [60_000], 60_000), known.Files[1].Name);
        Write(Idx(0x803, [10_000, 28, 28], 10_000 * 784), known.Files[2].Name);
        Write(Idx(0x801, [10_000], 10_000), known.Files[3].Name);
        var recipe = new DataRecipe { Name = known.Name, Digest = known.Digest, Validation = 5000, SplitSeed = 0 };

        var message = Fixture.BadData(() => new FileDataSource().Load(recipe, [_folder.Path])).Message;

        Assert.Contains(known.Files[0].Name, message);
        Assert.Contains(known.Files[0].Sha256, message);
    }
}
