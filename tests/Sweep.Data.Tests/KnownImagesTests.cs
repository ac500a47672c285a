using System.Security.Cryptography;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class KnownImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fashion-mnist", "7b0688d0999122d67a4eb2b95499a3bf7c5afbfaef15b7295b9f619d9e48a0bc")]
    [InlineData("mnist", "ac89dbc26b7b0b5f68ff586bc0579a0c16e78b3436b0c71ccdd0169cbebf9ff7")]
    [InlineData("cifar-10", "e91465c8f1e6b994a09687b2da2e09b546410a789bd6b9d8da8f29602a7370cc")]
    [InlineData("cifar-100", "cbe5034c2e8733e68501a9424f065341d5835d0710c188e6646bf7df67c4446d")]
    public void A_digest_never_changes(string name, string digest) => Assert.Equal(digest, KnownData.Find(name)!.Digest);

    [Fact]
    public void Registered_sets_are_consistent()
    {
        Assert.Equal(["fashion-mnist", "mnist", "cifar-10", "cifar-100"], KnownData.All.Select(data => data.Name));
        Assert.All(KnownData.All, data =>
        {
            Assert.Equal((data.Channels, data.Channels), (data.Mean.Count, data.Deviation.Count));
            Assert.All(data.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
            Assert.All(data.Downloads, download => Assert.Matches("^[0-9a-f]{64}$", download.Sha256));
            Assert.All(data.Downloads.SelectMany(download => download.Addresses), address => Assert.True(Uri.IsWellFormedUriString(address, UriKind.Absolute)));
            Assert.Equal(data.ArchiveFolder is null ? data.Files.Count : 1, data.Downloads.Count);
        });
        Assert.Equal(KnownData.All.Count, KnownData.All.Select(data => data.Digest).Distinct().Count());
    }

    [Theory]
    [InlineData(DataFormat.Cifar10, 1)]
    [InlineData(DataFormat.Cifar100, 2)]
    public void CIFAR_records_are_read_batch_by_batch(DataFormat format, int labelBytes)
    {
        var batches = Enumerable.Range(0, 3).Select(batch => Records(2, labelBytes, batch)).ToArray();
        var known = Small(format, batches);
        for (var i = 0; i < 3; i++)
        {
            _folder.Write($"cifar/inner/{known.Files[i].Name}", batches[i]);
        }

        var (training, test) = KnownImages.Read(known, DataSetFolder.TryFind(known, [_folder.Path])!);

        Assert.Equal((4, 2, 3, 32), (training.Count, test.Count, training.Channels, training.Size));
        Assert.Equal([0, 1, 1, 2], training.Labels);
        Assert.Equal([2, 3], test.Labels);
        Assert.Equal(batches[1][(labelBytes + 3072 + labelBytes)..], training.Pixels[(3 * 3072)..]);
    }

    [Fact]
    public void Other_bytes_than_the_registered_ones_are_refused_by_file()
    {
        var batches = Enumerable.Range(0, 3).Select(batch => Records(2, 1, batch)).ToArray();
        var known = Small(DataFormat.Cifar10, batches);
        batches[1][5]++;
        for (var i = 0; i < 3; i++)
        {
            _folder.Write($"{known.Files[i].Name}", batches[i]);
        }

        var message = Fixture.BadData(() => KnownImages.Read(known, DataSetFolder.TryFind(known, [_folder.Path])!)).Message;

        Assert.StartsWith(_folder["batch1.bin"], message);
        Assert.Contains(known.Files[1].Sha256, message);
    }

    [Theory]
    [InlineData(3073 * 2 - 1, "2 records of 3073 bytes take 6146 bytes, but the file has 6145")]
    [InlineData(3073 * 3, "2 records of 3073 bytes take 6146 bytes, but the file has 9219")]
    public void A_file_of_another_length_is_refused(int length, string rule) =>
        Assert.Contains(rule, Fixture.BadData(() => CifarFile.Read("x.bin", new byte[length], 1, 10, 2)).Message);

    [Fact]
    public void A_label_beyond_the_classes_is_refused_by_offset()
    {
        var content = new byte[2 * 3074];
        content[3074 + 1] = 100;

        Assert.Equal("x.bin, offset 3075: a label must be below 100, but is 100.", Fixture.BadData(() => CifarFile.Read("x.bin", content, 2, 100, 2)).Message);
    }

    [Fact]
    public void Folders_are_searched_in_their_order()
    {
        var variables = new Dictionary<string, string?> { ["SWEEP_DATA"] = "/named", ["HOME"] = "/home/ann" };

        Assert.Equal(
            ["/given", "/named", "/home/ann/.local/share/sweep/data", "/usr/share/datasets"],
            DataSetFolder.SearchedIn(["/given"], name => variables.GetValueOrDefault(name)));
        variables["XDG_DATA_HOME"] = "/xdg";
        Assert.Equal("/xdg/sweep/data", DataSetFolder.UserFolder(name => variables.GetValueOrDefault(name)));
        Assert.Equal(["/usr/share/datasets"], DataSetFolder.SearchedIn([], _ => null));
    }

    [Fact]
    public void Missing_files_are_named_with_what_to_place_where()
    {
        var fashion = KnownData.Find("fashion-mnist")! with { Name = "no-such-set" };

        var message = Fixture.BadData(() => DataSetFolder.Find(fashion, ["/nowhere"])).Message;

        Assert.Contains("train-images-idx3-ubyte", message);
        Assert.Contains("/nowhere/no-such-set", message);
        Assert.Contains("apt-get install dataset-fashion-mnist", message);
        Assert.Contains("sweep data get no-such-set", message);
        Assert.Contains("SWEEP_DATA", message);
        Assert.DoesNotContain("apt-get", DataSetFolder.HowToPlace(KnownData.Find("cifar-10")!));
    }

    [Theory]
    [InlineData("no-such-set", null)]
    [InlineData("fashion-mnist", "0123")]
    public void An_unknown_name_or_digest_is_refused(string name, string? digest)
    {
        var recipe = new DataRecipe { Name = name, Digest = digest ?? "", Validation = 0, SplitSeed = 0 };

        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => new FileDataSource().Load(recipe, [])).Reason);
    }

    private static KnownData Small(DataFormat format, byte[][] batches) => KnownData.Find("cifar-10")! with
    {
        Name = "cifar",
        Format = format,
        ArchiveFolder = "inner",
        TrainingImages = 4,
        TestImages = 2,
        Files = [.. batches.Select((batch, i) => new KnownFile($"batch{i}.bin", Convert.ToHexStringLower(SHA256.HashData(batch)), batch.Length))],
    };

    /// <summary>Labels batch, batch + 1, …; coarse labels, where there are two, are 9.</summary>
    private static byte[] Records(int count, int labelBytes, int batch)
    {
        var content = new byte[count * (labelBytes + 3072)];
        for (var i = 0; i < content.Length; i++)
        {
            var (record, offset) = Math.DivRem(i, labelBytes + 3072);
            content[i] = (byte)(offset == labelBytes - 1 ? batch + record : offset < labelBytes ? 9 : (i * 31 + batch) % 251);
        }

        return content;
    }
}
