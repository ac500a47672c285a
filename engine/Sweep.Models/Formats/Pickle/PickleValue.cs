namespace Sweep.Models.Formats.Pickle;

/// <summary>What a state dict's pickle can hold. Plain data: nothing here is ever called or constructed by name.</summary>
internal abstract record PickleValue
{
    /// <summary>For messages.</summary>
    public abstract string Words { get; }
}

internal sealed record PickleNone : PickleValue
{
    public override string Words => "None";
}

internal sealed record PickleBool(bool Value) : PickleValue
{
    public override string Words => Value ? "True" : "False";
}

internal sealed record PickleInteger(long Value) : PickleValue
{
    public override string Words => FormattableString.Invariant($"the integer {Value}");
}

internal sealed record PickleFloat(double Value) : PickleValue
{
    public override string Words => FormattableString.Invariant($"the number {Value}");
}

internal sealed record PickleText(string Value) : PickleValue
{
    public override string Words => $"the text '{Value}'";
}

internal sealed record PickleTuple(IReadOnlyList<PickleValue> Items) : PickleValue
{
    public override string Words => FormattableString.Invariant($"a tuple of {Items.Count}");
}

internal sealed record PickleList : PickleValue
{
    public List<PickleValue> Items { get; } = [];

    public override string Words => FormattableString.Invariant($"a list of {Items.Count}");
}

/// <summary>A dict or an OrderedDict. Only text keys can be looked up; a key given twice means its last value, as in Python.</summary>
internal sealed record PickleDict : PickleValue
{
    private readonly Dictionary<string, PickleValue> _byText = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, PickleValue> ByText => _byText;

    public override string Words => FormattableString.Invariant($"a dict with {_byText.Count} text keys");

    public void Set(PickleValue key, PickleValue value)
    {
        if (key is PickleText text)
        {
            _byText[text.Value] = value;
        }
    }
}

/// <summary>A name of Python's that a pickle refers to; it stays a name.</summary>
internal sealed record PickleGlobal(string Name) : PickleValue
{
    public override string Words => $"the name '{Name}'";
}

/// <summary>An object of a known harmless class whose content does not matter, for example the command line of a training run.</summary>
internal sealed record PickleOpaque(string Name) : PickleValue
{
    public override string Words => $"an object of '{Name}'";
}

/// <summary>Refers to an entry of the archive.</summary>
/// <param name="Type">Of its elements, in safetensors' words.</param>
/// <param name="Key">The entry is <c>data/Key</c>.</param>
/// <param name="Length">In elements.</param>
internal sealed record PickleStorage(string Type, string Key, long Length) : PickleValue
{
    public override string Words => $"the storage '{Key}'";
}

/// <summary>A view of a storage; offset and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides) : PickleValue
{
    public override string Words => $"a tensor of shape [{string.Join(", ", Shape)}]";
}
