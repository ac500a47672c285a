using System.IO.Compression;
using System.Text;
using Sweep.Models.Formats;

namespace Sweep.Models.Tests;

public class TorchCheckpointTests
{
    private static IReadOnlyDictionary<string, StoredTensor> Read(string name) => TorchCheckpoint.Read(name, Recording.Bytes(name));

    [Theory]
    [InlineData("bare.pth")]
    [InlineData("training.pth")]
    public void Tensors_come_row_major_whatever_their_strides(string file)
    {
        var tensors = Read(file);

        Assert.Equal(
            ["brain", "count", "double", "empty", "half", "parameter", "plain", "scalar", "shared", "transposed", "window"],
            tensors.Keys.Order());
        Assert.Equal([-1f, -0.75f, -0.5f, -0.25f, 0f, 0.25f], tensors["plain"].Floats());
        Assert.Equal([2, 3], tensors["transposed"].Shape);
        Assert.Equal([-1f, -0.5f, 0f, -0.75f, -0.25f, 0.25f], tensors["transposed"].Floats());
        Assert.Equal([0.25f, 0.5f, 1.25f, 1.5f], tensors["window"].Floats());
        Assert.Equal([-0.5f, -0.25f, 0f], tensors["shared"].Floats());
        Assert.Equal([2.5f], tensors["scalar"].Floats());
        Assert.Empty(tensors["scalar"].Shape);
        Assert.Equal([0, 4], tensors["empty"].Shape);
        Assert.Equal([-1f, -0.75f, -0.5f], tensors["half"].Floats());
        Assert.Equal([-1f, -0.75f, -0.5f], tensors["brain"].Floats());
        Assert.Equal([-1f, -0.75f], tensors["parameter"].Floats());
        Assert.Equal([3L, -4L], tensors["count"].Longs());
        Assert.Equal("F64", tensors["double"].Type);
    }

    [Fact]
    public void A_pickled_module_is_refused_by_the_name_of_its_class()
    {
        var refusal = Assert.Throws<InvalidDataException>(() => Read("module.pth"));

        Assert.Contains("module.pth: data.pkl: offset ", refusal.Message);
        Assert.Contains("'torch.nn.modules.linear.Linear'", refusal.Message);
        Assert.Contains("state_dict()", refusal.Message);
    }

    [Fact]
    public void A_call_that_would_run_a_command_is_refused()
    {
        var pickle = Pickle("cos\nsystem\n", "X\x04\0\0\0true", "\x85R.");

        var refusal = Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("evil.pth", Archive(pickle)));

        Assert.Equal("evil.pth: data.pkl: offset 2: only the names that state dicts use are read, but this is 'os.system'; save the model's state_dict() instead.", refusal.Message);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "i", "only the opcodes of state dicts are read, but this is 0x69 ('i')" },
        { "\x82\x01.", "only the opcodes of state dicts are read, but this is 0x82" },
        { "}", "offset 3: 1 bytes must follow, but the pickle ends after 0" },
        { "X\xff\xff\xff\xff", "offset 2: 4294967295 bytes must follow" },
        { ".", "the stack must hold 1 values, but holds 0" },
        { "(.", "the stack must hold 1 values, but holds 0" },
        { "t.", "there is no mark on the stack" },
        { "h\x05.", "the memo has nothing under 5" },
        { "Ns.", "the stack must hold 2 values, but holds 1" },
        { "NNs.", "the stack is empty" },
        { "NNNs.", "pairs are set in a dict, but there are 2 values for None" },
        { "}(Nu.", "pairs are set in a dict, but there are 1 values" },
        { "NNa.", "only a list is appended to, but there is None" },
        { "NNb.", "only an OrderedDict or an opaque object has attributes" },
        { "NQ.", "a persistent id must name a storage of numbers, but it is None" },
        { "N)R.", "only a name can be applied" },
        { "ccollections\nOrderedDict\nN\x85R.", "'collections.OrderedDict' cannot be applied to (None)" },
        { "ctorch\nSize\n)\x81.", "no object of 'torch.Size' can be made" },
        { "\x8a\x09" + "012345678.", "an integer has at most 8 bytes, but this one has 9" },
        { "ccollections", "a name must end with a line break" },
        { "N.", "a checkpoint must hold a dict, but holds None" },
        { "}.", "a checkpoint must hold tensors by name" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_pickle_that_breaks_a_rule_is_refused_with_its_place(string code, string expected)
    {
        var refusal = Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("broken.pth", Archive(Pickle(code))));

        Assert.StartsWith("broken.pth: ", refusal.Message);
        Assert.Contains(expected, refusal.Message);
    }

    [Theory]
    [InlineData(0, "K\x03", "K\x01", null)]
    [InlineData(1, "K\x03", "K\x01", null)]
    [InlineData(2, "K\x03", "K\x01", "must lie inside its storage of 4 elements")]
    [InlineData(0, "K\x02", "K\x03", null)]
    [InlineData(0, "K\x03", "K\x02", "must lie inside")]
    [InlineData(0, "J\xff\xff\xff\xff", "K\x01", "must lie inside")]
    [InlineData(0, "K\x02", "J\xff\xff\xff\xff", "must lie inside")]
    [InlineData(0, "J\xff\xff\xff\x7f", "K\0", "must lie inside")]
    public void A_view_stays_inside_its_storage(int offset, string length, string stride, string? expected)
    {
        var pickle = Pickle(
            "}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x00" + "0X\x03\0\0\0cpuK\x04tQK",
            ((char)offset).ToString(), length, "\x85", stride, "\x85", "NNtRs.");
        var archive = Archive(pickle, ("data/0", new byte[16]));

        if (expected is null)
        {
            Assert.Single(TorchCheckpoint.Read("view.pth", archive));
        }
        else
        {
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("view.pth", archive)).Message);
        }
    }

    [Fact]
    public void A_missing_or_short_storage_is_named()
    {
        var pickle = Pickle("}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x00" + "7X\x03\0\0\0cpuK\x04tQK\0K\x04\x85K\x01\x85NNtRs.");

        var missing = Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("a.pth", Archive(pickle)));
        var little = Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("a.pth", Archive(pickle, ("data/7", new byte[12]))));

        Assert.Contains("there is no entry 'archive/data/7'", missing.Message);
        Assert.Contains("must have 4 elements of 4 bytes, but its entry has 12 bytes", little.Message);
    }

    [Fact]
    public void Compressed_entries_are_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.Optimal).Open();
            entry.Write(new byte[1 << 20]);
        }

        Assert.Contains("must be stored, not compressed", Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("a.pth", stream.ToArray())).Message);
    }

    [Fact]
    public void A_bomb_of_views_is_refused()
    {
        // Every view is whole and allowed; a hundred of them would be a hundred times the file.
        var storage = "(X\x07\0\0\0storagectorch\nByteStorage\nX\x01\0\0\x00" + "0X\x03\0\0\0cpuM\0\x80tQ";
        var code = new StringBuilder("}");
        for (var i = 0; i < 100; i++)
        {
            code.Append("X\x02\0\0\0").Append(i.ToString("00")).Append("ctorch._utils\n_rebuild_tensor_v2\n(").Append(storage).Append("K\0M\0\x80\x85K\x01\x85NNtRs");
        }

        var refusal = Assert.Throws<InvalidDataException>(() => TorchCheckpoint.Read("a.pth", Archive(Pickle(code + "."), ("data/0", new byte[0x8000]))));

        Assert.Contains("beyond 4 copies of the file", refusal.Message);
    }

    [Theory]
    [InlineData("bare.pth")]
    [InlineData("training.pth")]
    public void Damaged_files_are_refused_and_nothing_else(string file)
    {
        var sound = Recording.Bytes(file);
        var random = new Numerics.SeededRandom(5, file);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])sound.Clone();
            var changes = 1 + random.Next(4);
            for (var i = 0; i < changes; i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            AssertReadOrRefused(round % 10 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
        }
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        try
        {
            TorchCheckpoint.Read("damaged.pth", bytes);
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith("damaged.pth: ", refusal.Message);
        }
    }

    private static byte[] Pickle(params string[] code) => [0x80, 2, .. Encoding.Latin1.GetBytes(string.Concat(code))];

    private static byte[] Archive(byte[] pickle, params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries.Prepend(("data.pkl", pickle)))
            {
                using var entry = zip.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
