using System.Text.Json;
using Sweep.Models.Formats;
using Sweep.Models.Numerics;
using Sweep.Models.Weights;
using Sweep.Recipes;

namespace Sweep.Models.Tests;

public sealed class WeightsFileTests : IDisposable
{
    private static readonly ViTShape s_shape = ViTShape.Dense(8, 2, 4, 3, 12, 2, 3, 2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Net Random(ViTShape shape)
    {
        var layout = ParameterLayout.Of(shape);
        var random = new SeededRandom(1, "weights file");
        return new Net(layout, [.. Enumerable.Range(0, layout.Length).Select(_ => (float)random.NextGaussian())]);
    }

    private string Write(IEnumerable<StoredTensor> tensors)
    {
        SafeTensors.Write(_folder["weights.safetensors"], [.. tensors]);
        return _folder["weights.safetensors"];
    }

    private (Net Net, IReadOnlyList<string> Adapted) Load(IEnumerable<StoredTensor> tensors, ViTShape shape) =>
        WeightsFile.Open(Write(tensors)).Fit(shape, seed: 7);

    private string Refusal(IEnumerable<StoredTensor> tensors, ViTShape shape)
    {
        var path = Write(tensors);
        return Assert.Throws<InvalidDataException>(() => WeightsFile.Inspect(path, shape)).Message;
    }

    [Fact]
    public void Weights_of_the_same_shape_come_back_unchanged()
    {
        var net = Random(s_shape);

        var (loaded, adapted) = Load(ModelFolder.Tensors(net), s_shape);

        Assert.Equal(net.Values, loaded.Values);
        Assert.Empty(adapted);
    }

    [Theory]
    [InlineData("F16", 1e-3)]
    [InlineData("BF16", 1e-2)]
    public void Half_precision_is_widened(string type, double tolerance)
    {
        var net = Random(s_shape);
        var tensors = ModelFolder.Tensors(net).Select(tensor => tensor with { Type = type, Bytes = Narrow(type, tensor.Floats()) });

        var (loaded, _) = Load(tensors, s_shape);

        Assert.All(net.Values.Zip(loaded.Values), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Whatever a recipe says: no file outside the folders is opened, nor its digest told.</summary>
    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData("below/secret")]
    [InlineData("")]
    public void Find_TakesNoPathForAName(string name)
    {
        var inside = Directory.CreateDirectory(_folder["inside"]).FullName;
        File.WriteAllText(_folder["secret"], "secret");
        Directory.CreateDirectory(Path.Combine(inside, "below"));
        File.WriteAllText(Path.Combine(inside, "below", "secret"), "secret");

        var refusal = Assert.Throws<InvalidDataException>(() => WeightsFile.Find(name, new string('0', 64), [inside]));

        Assert.Equal($"A file of weights must be named without its folder, but the name is '{name}'.", refusal.Message);
        Assert.Throws<InvalidDataException>(() => WeightsFile.Find(_folder["secret"], new string('0', 64), [inside]));
    }

    private static byte[] Narrow(string type, float[] values) => type == "F16"
        ? [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))]
        : [.. values.SelectMany(value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)))];

    [Fact]
    public void A_classifier_for_other_classes_is_replaced_by_the_seeds()
    {
        var net = Random(s_shape with { Classes = 5 });

        var (loaded, adapted) = Load(ModelFolder.Tensors(net), s_shape);

        Assert.Equal(["The classifier 'head' is a fresh one for 3 classes, by seed 7: the file's is for 5 classes."], adapted);
        Assert.Equal(Net.Fresh(s_shape, 7)["head.weight"].ToArray(), loaded["head.weight"].ToArray());
        Assert.Equal(net["norm.weight"].ToArray(), loaded["norm.weight"].ToArray());
    }

    [Fact]
    public void A_file_without_classifier_gets_one()
    {
        var tensors = ModelFolder.Tensors(Random(s_shape)).Where(tensor => !tensor.Name.StartsWith("head"));

        Assert.Equal(["The classifier 'head' is a fresh one for 3 classes, by seed 7: the file has none."], Load(tensors, s_shape).Adapted);
    }

    [Fact]
    public void Positions_are_resized_for_another_resolution_and_tokens_stay()
    {
        var distilled = s_shape with { Distilled = true };
        var net = Random(distilled);

        var (loaded, adapted) = Load(ModelFolder.Tensors(net), distilled with { ImageSize = 12 });

        Assert.Equal(["The position embedding of 2 x 2 patches was resized bicubically to 3 x 3."], adapted);
        Assert.Equal(net["pos_embed"][..24].ToArray(), loaded["pos_embed"][..24].ToArray());
        Assert.Equal(PositionResampling.Resize(net["pos_embed"], 2, 2, 3, 12), loaded["pos_embed"].ToArray());
    }

    [Fact]
    public void Positions_are_resized_as_PyTorch_does()
    {
        var figures = JsonDocument.Parse(File.ReadAllText(Recording.PathOf("positions.json"))).RootElement;
        foreach (var figure in figures.EnumerateObject())
        {
            var (from, to) = (figure.Value.GetProperty("from").GetInt32(), figure.Value.GetProperty("to").GetInt32());
            var grid = Enumerable.Range(0, from * from * 2).Select(i => MathF.Sin(i * 0.7f));

            var resized = PositionResampling.Resize([9f, 8f, .. grid], 1, from, to, 2);

            var expected = figure.Value.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            Assert.Equal([9f, 8f], resized[..2]);
            Assert.Equal(expected.Length, resized.Length - 2);
            Assert.All(expected.Zip(resized.Skip(2)), pair => Assert.True(Math.Abs(pair.First - pair.Second) < 1e-5, $"{figure.Name}: {pair}"));
        }
    }

    [Fact]
    public void Everything_that_does_not_fit_is_told_at_once()
    {
        var tensors = ModelFolder.Tensors(Random(s_shape)).Where(tensor => tensor.Name != "norm.bias")
            .Select(tensor => tensor.Name == "blocks.1.mlp.fc1.bias" ? tensor with { Shape = [4, 6] } : tensor)
            .Append(StoredTensor.Of("fc_norm.weight", new float[12], 12))
            .Append(StoredTensor.Of("blocks.0.norm1.weight.scale", new float[1], 1));

        var message = Refusal(tensors, s_shape);

        Assert.Contains("'norm.bias' is missing", message);
        Assert.Contains("'blocks.1.mlp.fc1.bias' has shape [4, 6] where [24] is wanted", message);
        Assert.Contains("'fc_norm.weight' has no place in it", message);
        Assert.Contains("'blocks.0.norm1.weight.scale' has no place in it", message);
    }

    [Fact]
    public void Channels_are_not_adapted()
    {
        var message = Refusal(ModelFolder.Tensors(Random(s_shape with { Channels = 3 })), s_shape);

        Assert.Contains("reads 3 channels where the images have 2, and is not adapted", message);
    }

    [Fact]
    public void A_distilled_net_does_not_fit_an_ordinary_shape()
    {
        var message = Refusal(ModelFolder.Tensors(Random(s_shape with { Distilled = true })), s_shape);

        Assert.Contains("'dist_token' has no place in it (the net is distilled, and the shape is not)", message);
        Assert.Contains("'head_dist.weight' has no place in it", message);
    }

    [Fact]
    public void Integers_are_no_weights()
    {
        var tensors = ModelFolder.Tensors(Random(s_shape)).Select(tensor => tensor.Name == "norm.bias" ? StoredTensor.Of("norm.bias", new long[12], 12) : tensor);

        Assert.Contains("'norm.bias' has type I64 where F32, F16 or BF16 is wanted", Refusal(tensors, s_shape));
    }

    [Fact]
    public void Names_of_a_wrapped_model_are_understood()
    {
        var net = Random(s_shape);

        var (loaded, _) = Load(ModelFolder.Tensors(net).Select(tensor => tensor with { Name = "module." + tensor.Name }), s_shape);

        Assert.Equal(net.Values, loaded.Values);
    }

    [Fact]
    public void Inspection_tells_the_digest_and_what_would_change()
    {
        var path = Write(ModelFolder.Tensors(Random(s_shape)));

        var inspection = WeightsFile.Inspect(path, s_shape with { Classes = 10 });

        Assert.Equal(AtomicFolder.Digest(path), inspection.Digest);
        Assert.Single(inspection.Adapted);
    }

    [Fact]
    public void The_format_is_told_by_the_first_bytes()
    {
        Assert.Contains("plain", WeightsFile.Open(Recording.PathOf("training.pth")).Tensors().Keys);
        Assert.Contains("bare pickle", Assert.Throws<InvalidDataException>(() => WeightsFile.Open(Recording.PathOf("legacy.pth")).Tensors()).Message);
    }

    [Fact]
    public void Damaged_safetensors_are_refused_and_nothing_else()
    {
        var sound = File.ReadAllBytes(Write(ModelFolder.Tensors(Random(ViTShape.Dense(4, 1, 4, 2, 2, 1, 1, 1)))));
        var random = new SeededRandom(6, "damage");
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (var i = 0; i < 1 + round % 3; i++)
            {
                bytes[random.Next(round % 2 == 0 ? 8 : bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                SafeTensors.Read("damaged", bytes);
            }
            catch (InvalidDataException refusal)
            {
                Assert.StartsWith("damaged: ", refusal.Message);
            }
        }
    }
}
