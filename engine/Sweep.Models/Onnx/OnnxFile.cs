using System.Globalization;
using Sweep.Models.Export;
using Sweep.Recipes;

namespace Sweep.Models.Onnx;

/// <summary>Writes a net as an ONNX model (opset 17, IR version 8): input <c>images</c> (batch, C, S, S), output <c>logits</c> (batch, classes).</summary>
public static class OnnxFile
{
    public const string File = "model.onnx";

    private const int IrVersion = 8;
    private const int Opset = 17;

    /// <summary>A protobuf message has less than 2 GiB; some of it is left for the structure.</summary>
    private const long MostValues = (int.MaxValue - (64L << 20)) / sizeof(float);

    /// <summary>Writes the file and flushes it to the disk.</summary>
    /// <param name="net">Without gates.</param>
    /// <param name="proof">What is told in the model's metadata beside its cost.</param>
    /// <exception cref="ArgumentException">The net has gates, or too many parameters for one file.</exception>
    public static void Write(string path, Net net, ModelProof proof)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(proof);
        if (net.Values.Length > MostValues)
        {
            throw new ArgumentException($"An ONNX file holds at most {MostValues} parameters, but the net has {net.Values.Length}.", nameof(net));
        }

        var onnx = OnnxNet.Of(net);
        var model = new ProtoMessage()
            .Integer(1, IrVersion)
            .Text(2, "sweep")
            .Text(3, typeof(OnnxFile).Assembly.GetName().Version!.ToString(3))
            .Message(7, onnx.Graph.Message("vision_transformer", onnx.Input, onnx.Output))
            .Message(8, new ProtoMessage().Integer(2, Opset));
        foreach (var (key, value) in Metadata(net.Shape, proof))
        {
            model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        }

        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        model.WriteTo(file);
        file.Flush(flushToDisk: true);
    }

    private static IEnumerable<(string Key, string Value)> Metadata(ViTShape shape, ModelProof proof)
    {
        yield return ("parameters", Number(proof.Parameters.Counted));
        yield return ("flops", Number(proof.Flops.Counted));
        yield return ("weights_sha256", proof.Weights);
        yield return ("image_size", Number(shape.ImageSize));
        if (proof.Preprocessing is { } preprocessing)
        {
            yield return ("mean", Numbers(preprocessing.Mean));
            yield return ("std", Numbers(preprocessing.Deviation));
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(IReadOnlyList<float> values) => string.Join(",", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
