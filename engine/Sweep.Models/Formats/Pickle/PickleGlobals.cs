namespace Sweep.Models.Formats.Pickle;

/// <summary>The names that a state dict's pickle may use, and what applying one to arguments means here. There is no other door.</summary>
internal static class PickleGlobals
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";
    private const string Size = "torch.Size";

    /// <summary>DeiT's training script saves its command line beside the weights.</summary>
    private const string Namespace = "argparse.Namespace";

    private static readonly Dictionary<string, string> s_storages = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = "F32",
        ["torch.HalfStorage"] = "F16",
        ["torch.BFloat16Storage"] = "BF16",
        ["torch.DoubleStorage"] = "F64",
        ["torch.LongStorage"] = "I64",
        ["torch.IntStorage"] = "I32",
        ["torch.ShortStorage"] = "I16",
        ["torch.CharStorage"] = "I8",
        ["torch.ByteStorage"] = "U8",
        ["torch.BoolStorage"] = "BOOL",
    };

    public static bool Allows(string name) =>
        name is OrderedDict or RebuildTensor or RebuildParameter or Size or Namespace || s_storages.ContainsKey(name);

    /// <returns>Null when the name cannot be applied to these arguments.</returns>
    public static PickleValue? Apply(string name, PickleTuple arguments) => (name, arguments.Items) switch
    {
        (OrderedDict, []) => new PickleDict(),
        (OrderedDict, [PickleList pairs]) => OfPairs(pairs),
        (Size, [PickleTuple sizes]) => sizes,
        (Namespace, []) => new PickleOpaque(Namespace),
        (RebuildParameter, [PickleTensor tensor, ..]) => tensor,
        (RebuildTensor, [PickleStorage storage, PickleInteger offset, PickleTuple shape, PickleTuple strides, ..])
            when Integers(shape) is { } sizes && Integers(strides) is { } steps => new PickleTensor(storage, offset.Value, sizes, steps),
        _ => null,
    };

    /// <summary>An object without constructor arguments, as newer pickles make it.</summary>
    public static PickleValue? Create(string name) => name switch
    {
        OrderedDict => new PickleDict(),
        Namespace => new PickleOpaque(Namespace),
        _ => null,
    };

    /// <summary>('storage', its type, its key, the device it was saved from, its length).</summary>
    public static PickleStorage? Storage(PickleValue persistentId) => persistentId is PickleTuple
    {
        Items: [PickleText { Value: "storage" }, PickleGlobal type, PickleText key, PickleText, PickleInteger { Value: >= 0 } length, ..]
    } && s_storages.TryGetValue(type.Name, out var element)
        ? new PickleStorage(element, key.Value, length.Value)
        : null;

    private static PickleDict? OfPairs(PickleList pairs)
    {
        var dict = new PickleDict();
        foreach (var pair in pairs.Items)
        {
            if (pair is not (PickleTuple { Items: [var key, var value] }))
            {
                return null;
            }

            dict.Set(key, value);
        }

        return dict;
    }

    private static long[]? Integers(PickleTuple tuple) => tuple.Items.All(item => item is PickleInteger)
        ? [.. tuple.Items.Select(item => ((PickleInteger)item).Value)]
        : null;
}
