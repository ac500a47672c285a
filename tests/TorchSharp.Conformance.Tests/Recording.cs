using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

/// <summary>What record.py recorded of PyTorch.</summary>
internal static class Recording
{
    private static readonly JsonElement Document = Load();

    internal static IEnumerable<string> Names(string section) => Document.GetProperty(section).EnumerateObject().Select(e => e.Name);

    /// <summary>A recorded tensor, made anew.</summary>
    internal static Tensor Get(string section, string name) => ToTensor(Document.GetProperty(section).GetProperty(name));

    internal static Tensor Get(string section, string name, string part) =>
        ToTensor(Document.GetProperty(section).GetProperty(name).GetProperty(part));

    /// <summary>Type and shape exactly, elements to the given precision.</summary>
    internal static void AssertEqual(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 2e-6)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        if (!expected.to(float64).allclose(actual.to(float64), relative, absolute, equal_nan: true))
            Assert.Equal(Print(expected), Print(actual));
    }

    internal static string Print(Tensor tensor) => string.Join(' ',
        tensor.to(float64).contiguous().data<double>().ToArray().Select(e => e.ToString("R", CultureInfo.InvariantCulture)));

    private static Tensor ToTensor(JsonElement recorded)
    {
        long[] shape = recorded.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        var type = Enum.Parse<ScalarType>(recorded.GetProperty("type").GetString()!);
        double[] values = recorded.GetProperty("values").EnumerateArray().Select(Number).ToArray();
        return tensor(values, shape).to(type);
    }

    private static double Number(JsonElement element) => element.ValueKind != JsonValueKind.String
        ? element.GetDouble()
        : element.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.NaN,
        };

    private static JsonElement Load()
    {
        using Stream stream = typeof(Recording).Assembly.GetManifestResourceStream(
            "TorchSharp.Conformance.Tests.recorded.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}

/// <summary>The tensors that record.py calls by the same letters.</summary>
internal sealed class Inputs
{
    internal readonly Tensor a = Of("a"), b = Of("b"), p = Of("p"), u = Of("u"), v = Of("v"), w = Of("w"), m = Of("m"), n = Of("n"),
        x3 = Of("x3"), y3 = Of("y3"), i = Of("i"), r = Of("r"), k = Of("k"), k2 = Of("k2"), mask = Of("mask"), odd = Of("odd"),
        image = Of("image"), kernel = Of("kernel"), kb = Of("kb"), q = Of("q"), key = Of("key"), val = Of("val"),
        scores = Of("scores"), classes = Of("classes"), soft = Of("soft"), lw = Of("lw"), lb = Of("lb"), table = Of("table"),
        words = Of("words"), q2 = Of("q2"), key2 = Of("key2"), val2 = Of("val2");

    private static Tensor Of(string name) => Recording.Get("inputs", name);
}
