using System.Runtime.InteropServices;

namespace Sweep.Models.Onnx;

/// <summary>A value of the graph.</summary>
/// <param name="Shape">For one image: a dimension that grows with the batch is counted once.</param>
internal sealed record OnnxValue(string Name, IReadOnlyList<long> Shape)
{
    public long Size(int axis) => Shape[axis];
}

/// <summary>
/// Builds an ONNX graph node by node (field numbers of <c>onnx.proto3</c>), following shapes and counting multiply-accumulates on the way:
/// what is counted is what is written.
/// </summary>
internal sealed class OnnxGraph
{
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];
    private int _next;

    /// <summary>Multiply-accumulates of products and convolutions, for one image.</summary>
    public long MultiplyAccumulates { get; private set; }

    /// <summary>Floating-point values in initializers that were added as parameters.</summary>
    public long Parameters { get; private set; }

    public OnnxValue Parameter(string name, ReadOnlySpan<float> values, params IReadOnlyList<long> shape)
    {
        Parameters += values.Length;
        return Floats(name, values, shape);
    }

    /// <summary>A number that belongs to the formula, not to the net.</summary>
    public OnnxValue Scalar(string name, float value) => Floats(name, [value], []);

    public OnnxValue Integers(string name, params ReadOnlySpan<long> values) =>
        Initializer(name, Int64Type, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>(B, C, S, S) to (B, d, S/p, S/p): the stride is the kernel's size.</summary>
    public OnnxValue Convolution(OnnxValue x, OnnxValue weight, OnnxValue bias)
    {
        var (d, size, side) = (weight.Size(0), weight.Size(2), x.Size(2) / weight.Size(2));
        MultiplyAccumulates += side * side * weight.Shape.Aggregate(1L, (product, length) => product * length);
        return Node("Conv", [x, weight, bias], [x.Size(0), d, side, side], Ints("kernel_shape", size, size), Ints("strides", size, size));
    }

    /// <summary>x Wᵀ + b, with W (out, in) as PyTorch stores it.</summary>
    public OnnxValue Linear(OnnxValue x, OnnxValue weight, OnnxValue bias)
    {
        MultiplyAccumulates += x.Size(0) * weight.Size(0) * weight.Size(1);
        return Node("Gemm", [x, weight, bias], [x.Size(0), weight.Size(0)], Int("transB", 1));
    }

    /// <summary>Of the last two axes.</summary>
    public OnnxValue Product(OnnxValue a, OnnxValue b)
    {
        MultiplyAccumulates += a.Shape.Aggregate(1L, (product, length) => product * length) * b.Shape[^1];
        return Node("MatMul", [a, b], [.. a.Shape.SkipLast(1), b.Shape[^1]]);
    }

    public OnnxValue LayerNorm(OnnxValue x, OnnxValue weight, OnnxValue bias, float epsilon) =>
        Node("LayerNormalization", [x, weight, bias], x.Shape, Int("axis", -1), Number("epsilon", epsilon));

    public OnnxValue Softmax(OnnxValue x) => Node("Softmax", [x], x.Shape, Int("axis", -1));

    /// <summary>Element by element, the second value broadcast.</summary>
    public OnnxValue Elementwise(string operation, OnnxValue a, OnnxValue b) => Node(operation, [a, b], a.Shape);

    public OnnxValue Erf(OnnxValue x) => Node("Erf", [x], x.Shape);

    /// <param name="sizes">The first is −1: the batch.</param>
    /// <param name="shape">For one image.</param>
    public OnnxValue Reshape(OnnxValue x, OnnxValue sizes, params IReadOnlyList<long> shape) => Node("Reshape", [x, sizes], shape);

    public OnnxValue Transpose(OnnxValue x, params long[] order) =>
        Node("Transpose", [x], [.. order.Select(axis => x.Shape[(int)axis])], Ints("perm", order));

    public OnnxValue Gather(OnnxValue x, OnnxValue index, int axis) =>
        Node("Gather", [x, index], [.. x.Shape.Take(axis), index.Size(0), .. x.Shape.Skip(axis + 1)], Int("axis", axis));

    /// <param name="sizes">Initializer with the length of each part.</param>
    public IReadOnlyList<OnnxValue> Split(OnnxValue x, OnnxValue sizes, int axis, params long[] lengths)
    {
        List<OnnxValue> parts = [.. lengths.Select(length => new OnnxValue(Fresh("Split"), [.. x.Shape.Take(axis), length, .. x.Shape.Skip(axis + 1)]))];
        Add("Split", [x, sizes], parts, Int("axis", axis));
        return parts;
    }

    public OnnxValue Concat(IReadOnlyList<OnnxValue> parts, int axis)
    {
        var shape = parts[0].Shape.ToArray();
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        return Node("Concat", parts, shape, Int("axis", axis));
    }

    /// <summary>With zeros along the second of three axes.</summary>
    public OnnxValue Pad(OnnxValue x, OnnxValue pads, long before, long after) =>
        Node("Pad", [x, pads], [x.Shape[0], before + x.Shape[1] + after, x.Shape[2]]);

    /// <summary>Gives a value the name that the graph's output has.</summary>
    public OnnxValue Output(OnnxValue x, string name)
    {
        var output = new OnnxValue(name, x.Shape);
        Add("Identity", [x], [output]);
        return output;
    }

    public ProtoMessage Message(string name, OnnxValue input, OnnxValue output)
    {
        var graph = new ProtoMessage();
        foreach (var node in _nodes)
        {
            graph.Message(1, node);
        }

        graph.Text(2, name);
        foreach (var initializer in _initializers)
        {
            graph.Message(5, initializer);
        }

        return graph.Message(11, ValueInfo(input)).Message(12, ValueInfo(output));
    }

    private OnnxValue Floats(string name, ReadOnlySpan<float> values, IReadOnlyList<long> shape) =>
        Initializer(name, FloatType, MemoryMarshal.AsBytes(values), shape);

    private OnnxValue Initializer(string name, int type, ReadOnlySpan<byte> bytes, IReadOnlyList<long> shape)
    {
        _initializers.Add(new ProtoMessage().Integers(1, shape).Integer(2, type).Text(8, name).Bytes(9, bytes));
        return new OnnxValue(name, shape);
    }

    private OnnxValue Node(string operation, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<long> shape, params ReadOnlySpan<ProtoMessage> attributes)
    {
        var output = new OnnxValue(Fresh(operation), shape);
        Add(operation, inputs, [output], attributes);
        return output;
    }

    private string Fresh(string operation) => FormattableString.Invariant($"{operation}_{_next++}");

    private void Add(string operation, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<OnnxValue> outputs, params ReadOnlySpan<ProtoMessage> attributes)
    {
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input.Name);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output.Name);
        }

        node.Text(3, outputs[0].Name).Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute);
        }

        _nodes.Add(node);
    }

    private static ProtoMessage Number(string name, float value) => new ProtoMessage().Text(1, name).Float(2, value).Integer(20, 1);

    private static ProtoMessage Int(string name, long value) => new ProtoMessage().Text(1, name).Integer(3, value).Integer(20, 2);

    private static ProtoMessage Ints(string name, params long[] values) => new ProtoMessage().Text(1, name).Integers(8, values).Integer(20, 7);

    /// <summary>The first axis is the batch, of any size.</summary>
    private static ProtoMessage ValueInfo(OnnxValue value)
    {
        var shape = new ProtoMessage().Message(1, new ProtoMessage().Text(2, "batch"));
        foreach (var length in value.Shape.Skip(1))
        {
            shape.Message(1, new ProtoMessage().Integer(1, length));
        }

        var tensor = new ProtoMessage().Integer(1, FloatType).Message(2, shape);
        return new ProtoMessage().Text(1, value.Name).Message(2, new ProtoMessage().Message(1, tensor));
    }
}
