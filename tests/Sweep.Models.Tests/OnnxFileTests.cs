using System.Text;
using Sweep.Models.Export;
using Sweep.Models.Onnx;
using Sweep.Recipes;

namespace Sweep.Models.Tests;

/// <summary>The bytes, read back field by field; that they compute the right thing is tested with ONNX Runtime.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Net _net = Net.Fresh(ViTShape.Dense(8, 3, 4, 5, 12, 2, 3, 2), 1);

    public void Dispose() => _folder.Dispose();

    private static ModelOrigin Origin { get; } = new()
    {
        Experiment = "tests",
        Trial = "t0001",
        Stage = StageId.Parse("finetune-1-" + new string('0', 26)),
        Preprocessing = new Preprocessing { Mean = [0.485f, 0.456f, 0.406f], Deviation = [0.229f, 0.224f, 0.225f] },
    };

    private ILookup<int, byte[]> Model()
    {
        OnnxFile.Write(_folder["model.onnx"], _net, ModelProof.Of(_net, "abc", Origin));
        return Fields(File.ReadAllBytes(_folder["model.onnx"]));
    }

    [Fact]
    public void The_model_states_its_versions()
    {
        var model = Model();

        Assert.Equal([8], model[1].Single());
        Assert.Equal("sweep", Text(model[2].Single()));
        Assert.Equal([17], Fields(model[8].Single())[2].Single());
    }

    [Fact]
    public void Parameters_keep_timms_names_shapes_and_bytes()
    {
        var initializers = Fields(Model()[7].Single())[5].Select(Fields).ToDictionary(tensor => Text(tensor[8].Single()));

        foreach (var entry in _net.Layout.Entries)
        {
            var tensor = initializers[entry.Name];
            Assert.Equal(entry.Shape, Integers(tensor[1].Single()));
            Assert.Equal(_net[entry.Name].ToArray(), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor[9].Single()).ToArray());
        }
    }

    [Fact]
    public void Input_and_output_have_a_batch_of_any_size()
    {
        var graph = Fields(Model()[7].Single());

        Assert.Equal(("images", "batch,3,8,8"), Value(graph[11].Single()));
        Assert.Equal(("logits", "batch,5"), Value(graph[12].Single()));
    }

    [Fact]
    public void The_metadata_tells_cost_origin_and_preprocessing()
    {
        var metadata = Model()[14].Select(Fields).ToDictionary(pair => Text(pair[1].Single()), pair => Text(pair[2].Single()));

        Assert.Equal(ViTCost.Parameters(_net.Shape).ToString(), metadata["parameters"]);
        Assert.Equal(ViTCost.Flops(_net.Shape).ToString(), metadata["flops"]);
        Assert.Equal("abc", metadata["weights_sha256"]);
        Assert.Equal("8", metadata["image_size"]);
        Assert.Equal("0.485,0.456,0.406", metadata["mean"]);
        Assert.Equal("0.229,0.224,0.225", metadata["std"]);
    }

    [Theory]
    [InlineData(false, 1_253_683_200L)]
    [InlineData(true, 1_261_003_776L)]
    public void Counting_DeiT_Tinys_operators_gives_the_published_cost(bool distilled, long flops)
    {
        var shape = ViTShape.Dense(224, 3, 16, 1000, 192, 12, 3, 4) with { Distilled = distilled ? true : null };
        var net = new Net(ParameterLayout.Of(shape), new float[ParameterLayout.Of(shape).Length]);

        Assert.Equal(flops, ModelProof.Of(net, "", Origin).Flops.Counted);
    }

    [Fact]
    public void Gates_must_be_folded_first()
    {
        var refusal = Assert.Throws<ArgumentException>(() => ModelProof.Of(_net.WithGates(), "abc", Origin));

        Assert.StartsWith("Gates must be folded", refusal.Message);
    }

    private static (string Name, string Shape) Value(byte[] info)
    {
        var fields = Fields(info);
        var shape = Fields(Fields(Fields(fields[2].Single())[1].Single())[2].Single());
        return (Text(fields[1].Single()), string.Join(",", shape[1].Select(Fields).Select(dimension =>
            dimension.Contains(2) ? Text(dimension[2].Single()) : dimension[1].Single()[0].ToString())));
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static IEnumerable<long> Integers(byte[] packed)
    {
        for (var at = 0; at < packed.Length;)
        {
            yield return Varint(packed, ref at);
        }
    }

    private static ILookup<int, byte[]> Fields(byte[] message)
    {
        var fields = new List<(int Field, byte[] Value)>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var start = at;
            var length = (tag & 7) switch
            {
                0 => Skip(message, at) - at,
                2 => Varint(message, ref start),
                5 => 4,
                var wire => throw new InvalidDataException($"wire type {wire}"),
            };
            at = start + (int)length;
            fields.Add(((int)(tag >> 3), message[start..at]));
        }

        return fields.ToLookup(field => field.Field, field => field.Value);
    }

    private static int Skip(byte[] bytes, int at)
    {
        Varint(bytes, ref at);
        return at;
    }

    private static long Varint(byte[] bytes, ref int at)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
