using System.Buffers.Binary;
using System.IO.Compression;
using Sweep.Data;
using Sweep.Engine.Data;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class DataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] content, string name = "file")
    {
        File.WriteAllBytes(_folder[name], content);
        return _folder[name];
    }

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

    private static StageFaultException Refused(Action action)
    {
        var fault = Assert.Throws<StageFaultException>(action);
        Assert.Equal(FailureReason.BadData, fault.Reason);
        return fault;
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

        Assert.Equal($"{path}, offset 0: the magic number must be 0x00000803, but is 0x00000801.", Refused(() => IdxFile.Read(path, 3)).Message);
    }

    [Fact]
    public void A_truncated_file_is_named_with_both_sizes()
    {
        var path = Write(Idx(0x803, [2, 3, 4], 20));

        Assert.Equal(
            $"{path}, offset 36: 2 x 3 x 4 values take 24 bytes after the header, but the file has 20: it is truncated.",
            Refused(() => IdxFile.Read(path, 3)).Message);
    }

    [Fact]
    public void Bytes_too_many_are_refused() =>
        Assert.Contains("take 24 bytes", Refused(() => IdxFile.Read(Write(Idx(0x803, [2, 3, 4], 25)), 3)).Message);

    [Fact]
    public void A_file_without_a_whole_header_is_refused() =>
        Assert.Contains("has 16 bytes, but the file ends after 6", Refused(() => IdxFile.Read(Write([0, 0, 8, 3, 0, 0]), 3)).Message);

    [Fact]
    public void A_negative_dimension_is_refused() =>
        Assert.Contains("offset 8: dimension 1 must be positive, but is -1", Refused(() => IdxFile.Read(Write(Idx(0x803, [2, -1, 4], 0)), 3)).Message);

    [Fact]
    public void A_broken_gzip_stream_is_refused() =>
        Assert.Contains("must be a gzip stream", Refused(() => IdxFile.Read(Write([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "bad.gz"), 3)).Message);

    [Fact]
    public void Missing_files_are_named_with_what_to_place_where()
    {
        var unknown = KnownData.Find("fashion-mnist")! with { Name = "no-such-set" };

        var message = Refused(() => DataSetFolder.Find(unknown, ["/nowhere"])).Message;

        Assert.Contains("train-images-idx3-ubyte", message);
        Assert.Contains("/nowhere/no-such-set", message);
        Assert.Contains("apt-get install dataset-no-such-set", message);
        Assert.Contains("SWEEP_DATA", message);
    }

    [Fact]
    public void Other_bytes_than_the_registered_ones_are_refused()
    {
        var known = KnownData.Find("fashion-mnist")!;
        Write(Idx(0x803, [60_000, 28, 28], 60_000 * 784), known.Files[0].Name);
        Write(Idx(0x801, [60_000], 60_000), known.Files[1].Name);
        Write(Idx(0x803, [10_000, 28, 28], 10_000 * 784), known.Files[2].Name);
        Write(Idx(0x801, [10_000], 10_000), known.Files[3].Name);
        var recipe = new DataRecipe { Name = known.Name, Digest = known.Digest, Validation = 5000, SplitSeed = 0 };

        var message = Refused(() => new FileDataSource().Load(recipe, [_folder.Path])).Message;

        Assert.Contains(known.Files[0].Name, message);
        Assert.Contains(known.Files[0].Sha256, message);
    }

    [Theory]
    [InlineData("no-such-set", null)]
    [InlineData("fashion-mnist", "0123")]
    public void An_unknown_name_or_digest_is_refused(string name, string? digest)
    {
        var recipe = new DataRecipe { Name = name, Digest = digest ?? "", Validation = 0, SplitSeed = 0 };

        Assert.Equal(FailureReason.InvalidRecipe, Assert.Throws<StageFaultException>(() => new FileDataSource().Load(recipe, [])).Reason);
    }

    [FashionMnistFact]
    public void Fashion_MNIST_is_what_it_is_registered_as()
    {
        var known = KnownData.Find("fashion-mnist")!;
        var data = new FileDataSource().Load(new DataRecipe { Name = known.Name, Digest = known.Digest, Validation = 5000, SplitSeed = 0 }, []);

        Assert.Equal(60_000, data.Training.Count);
        Assert.Equal(10_000, data.Test.Count);
        var mean = data.Training.Pixels.Average(pixel => pixel / 255.0);
        Assert.Equal(data.Statistics.Mean[0], mean, 3);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(0)]
    public void The_validation_cut_is_stratified_and_seeded(int validation)
    {
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => i * 7 / 5 % 3)];

        var cut = ValidationCut.Of(labels, 3, validation, 7);

        Assert.Equal(validation, cut.Validation.Count);
        Assert.Equal(Enumerable.Range(0, 300), cut.Training.Concat(cut.Validation).Order());
        Assert.True(validation == 0 || cut.Validation.Count(i => labels[i] == 0) is 10 or 11);
        Assert.Equal(cut.Validation, ValidationCut.Of(labels, 3, validation, 7).Validation);
        Assert.True(validation == 0 || !cut.Validation.SequenceEqual(ValidationCut.Of(labels, 3, validation, 8).Validation));
    }

    [Fact]
    public void A_class_with_too_few_images_is_refused()
    {
        int[] labels = [0, 0, 0, 0, 0, 0, 0, 0, 1];

        var fault = Assert.Throws<StageFaultException>(() => ValidationCut.Of(labels, 2, 4, 0));

        Assert.Equal("The validation cut takes 2 images of class 1, but the training set has only 1 of it.", fault.Message);
    }

    [Fact]
    public void Batches_are_normalised()
    {
        using var scope = NewDisposeScope();
        using var images = new ImageTensors(new LabelledImages([0, 255, 51, 102, 1, 2, 3, 4], [7, 9], 1, 2), new PixelStatistics([0.2f], [0.5f]), CPU);

        var (pixels, labels) = images.Batch([0]);

        Assert.Equal([1, 1, 2, 2], pixels.shape);
        Assert.All(new[] { -0.4, 1.6, 0, 0.4 }.Zip(pixels.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.Equal([7L], labels.data<long>().ToArray());
    }

    [Fact]
    public void Augmented_images_are_shifted_and_mirrored_copies()
    {
        using var scope = NewDisposeScope();
        const int Side = 4;
        var pixels = Enumerable.Range(1, Side * Side).Select(i => (float)i).ToArray();
        var images = tensor(Enumerable.Repeat(pixels, 40).SelectMany(image => image).ToArray()).view(40, 1, Side, Side);
        var recipe = new TrainingRecipe { Epochs = 1, Batch = 1, LearningRate = 1, CropPadding = 1, Flip = true };

        var augmented = Augmentation.Of(recipe, 3)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray();

        var all = (from top in Enumerable.Range(0, 3) from left in Enumerable.Range(0, 3) from mirrored in new[] { false, true } select Shifted(pixels, top - 1, left - 1, mirrored)).ToList();
        var found = augmented.Chunk(Side * Side).Select(image => all.FindIndex(candidate => candidate.SequenceEqual(image))).ToList();
        Assert.DoesNotContain(-1, found);
        Assert.True(found.Distinct().Count() > 5);
        Assert.Equal(augmented, Augmentation.Of(recipe, 3)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray());
        Assert.NotEqual(augmented, Augmentation.Of(recipe, 4)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray());
    }

    private static float[] Shifted(float[] image, int down, int right, bool mirrored)
    {
        var result = new float[16];
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 4; x++)
            {
                var (row, column) = (y + down, (mirrored ? 3 - x : x) + right);
                result[y * 4 + x] = row is >= 0 and < 4 && column is >= 0 and < 4 ? image[row * 4 + column] : 0;
            }
        }

        return result;
    }
}
