using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sweep.Models.Formats.Pickle;

/// <summary>
/// Reads the pickles that PyTorch writes for state dicts, as data: a machine with a stack and a memo, the opcodes of plain containers and
/// numbers, and the few names of <see cref="PickleGlobals"/>. Anything else is refused with its place. Nothing recurses, so no depth of
/// nesting can exhaust the thread's stack, and no opcode makes more than its own bytes account for.
/// </summary>
internal sealed class PickleReader
{
    private readonly string _path;
    private readonly byte[] _bytes;
    private readonly List<PickleValue> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, PickleValue> _memo = [];
    private int _next;
    private int _opcodeAt;

    private PickleReader(string path, byte[] bytes)
    {
        _path = path;
        _bytes = bytes;
    }

    /// <param name="path">For messages.</param>
    /// <exception cref="InvalidDataException">The message names path, offset, and what was found.</exception>
    public static PickleValue Read(string path, byte[] bytes) => new PickleReader(path, bytes).Run();

    private PickleValue Run()
    {
        while (true)
        {
            _opcodeAt = _next;
            var opcode = Take(1)[0];
            if (opcode == (byte)'.')
            {
                return Pop();
            }

            if (!Constant(opcode) && !Container(opcode) && !Memo(opcode) && !Object(opcode))
            {
                var sign = opcode is > 32 and < 127 ? $" ('{(char)opcode}')" : "";
                throw Refuse(string.Create(CultureInfo.InvariantCulture, $"only the opcodes of state dicts are read, but this is 0x{opcode:x2}{sign}"));
            }
        }
    }

    private bool Constant(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                var protocol = Take(1)[0];
                return protocol is >= 2 and <= 5 ? true : throw Refuse($"the protocol must be 2 to 5, but is {protocol}");
            case 0x95: // FRAME
                Take(8);
                return true;
            case (byte)'N':
                return Push(new PickleNone());
            case 0x88:
            case 0x89:
                return Push(new PickleBool(opcode == 0x88));
            case (byte)'J':
                return Push(new PickleInteger(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
            case (byte)'K':
                return Push(new PickleInteger(Take(1)[0]));
            case (byte)'M':
                return Push(new PickleInteger(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));
            case 0x8a: // LONG1
                return Push(new PickleInteger(LittleEndian(Take(Take(1)[0]))));
            case (byte)'G':
                return Push(new PickleFloat(BinaryPrimitives.ReadDoubleBigEndian(Take(8))));
            case (byte)'X':
                return Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
            case 0x8c: // SHORT_BINUNICODE
                return Push(Text(Take(1)[0]));
            default:
                return false;
        }
    }

    private bool Container(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(':
                _marks.Push(_stack.Count);
                return true;
            case (byte)'}':
                return Push(new PickleDict());
            case (byte)']':
                return Push(new PickleList());
            case (byte)')':
                return Push(new PickleTuple([]));
            case (byte)'t':
                return Push(new PickleTuple(PopToMark()));
            case >= 0x85 and <= 0x87: // TUPLE1 to TUPLE3
                return Push(new PickleTuple(PopLast(opcode - 0x84)));
            case (byte)'a':
                return Append(PopLast(1));
            case (byte)'e':
                return Append(PopToMark());
            case (byte)'s':
                return SetItems(PopLast(2));
            case (byte)'u':
                return SetItems(PopToMark());
            default:
                return false;
        }
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q':
                return Remember(Take(1)[0]);
            case (byte)'r':
                return Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
            case 0x94: // MEMOIZE
                return Remember(_memo.Count);
            case (byte)'h':
                return Recall(Take(1)[0]);
            case (byte)'j':
                return Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
            default:
                return false;
        }
    }

    private bool Object(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c':
                return Global(Line() + "." + Line());
            case 0x93: // STACK_GLOBAL
                return PopLast(2) is [PickleText module, PickleText name]
                    ? Global(module.Value + "." + name.Value)
                    : throw Refuse("a global is named by two texts");
            case (byte)'Q':
                var id = Pop();
                return Push(PickleGlobals.Storage(id) ?? throw Refuse($"a persistent id must name a storage of numbers, but it is {id.Words}"));
            case (byte)'R':
                return PopLast(2) is [PickleGlobal function, PickleTuple arguments]
                    ? Push(PickleGlobals.Apply(function.Name, arguments) ?? throw Refuse(
                        $"'{function.Name}' cannot be applied to ({string.Join(", ", arguments.Items.Take(8).Select(item => item.Words))})"))
                    : throw Refuse("only a name can be applied, to a tuple");
            case 0x81: // NEWOBJ
                return PopLast(2) is [PickleGlobal type, PickleTuple { Items: [] }]
                    ? Push(PickleGlobals.Create(type.Name) ?? throw Refuse($"no object of '{type.Name}' can be made"))
                    : throw Refuse("only a name makes an object, from an empty tuple");
            case (byte)'b':
                // The attributes of an OrderedDict (PyTorch's _metadata) and the content of an opaque object do not matter.
                return PopLast(2) is [PickleDict or PickleOpaque, _] and [var built, _]
                    ? Push(built)
                    : throw Refuse("only an OrderedDict or an opaque object has attributes");
            default:
                return false;
        }
    }

    private bool Global(string name) => PickleGlobals.Allows(name)
        ? Push(new PickleGlobal(name))
        : throw Refuse($"only the names that state dicts use are read, but this is '{name}'; save the model's state_dict() instead");

    private bool Append(IReadOnlyList<PickleValue> items)
    {
        if (Peek() is not PickleList list)
        {
            throw Refuse($"only a list is appended to, but there is {Peek().Words}");
        }

        list.Items.AddRange(items);
        return true;
    }

    private bool SetItems(IReadOnlyList<PickleValue> items)
    {
        if (Peek() is PickleOpaque)
        {
            return true;
        }

        if (Peek() is not PickleDict dict || items.Count % 2 != 0)
        {
            throw Refuse($"pairs are set in a dict, but there are {items.Count} values for {Peek().Words}");
        }

        for (var i = 0; i < items.Count; i += 2)
        {
            dict.Set(items[i], items[i + 1]);
        }

        return true;
    }

    private bool Remember(long index)
    {
        _memo[index] = Peek();
        return true;
    }

    private bool Recall(long index) => _memo.TryGetValue(index, out var value) ? Push(value) : throw Refuse($"the memo has nothing under {index}");

    private bool Push(PickleValue value)
    {
        _stack.Add(value);
        return true;
    }

    private PickleValue Peek() => _stack.Count > Floor ? _stack[^1] : throw Refuse("the stack is empty");

    private PickleValue Pop() => PopLast(1)[0];

    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private PickleValue[] PopLast(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Refuse($"the stack must hold {count} values, but holds {_stack.Count - Floor}");
        }

        var taken = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return taken;
    }

    private PickleValue[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Refuse("there is no mark on the stack");
        }

        var taken = PopLast(_stack.Count - _marks.Peek());
        _marks.Pop();
        return taken;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _bytes.Length - _next)
        {
            throw Refuse($"{count} bytes must follow, but the pickle ends after {_bytes.Length - _next}");
        }

        var taken = _bytes.AsSpan(_next, (int)count);
        _next += (int)count;
        return taken;
    }

    private string Line()
    {
        var length = _bytes.AsSpan(_next).IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Refuse("a name must end with a line break");
        }

        var text = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return text;
    }

    private PickleText Text(long length) => new(Encoding.UTF8.GetString(Take(length)));

    private long LittleEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
        {
            throw Refuse($"an integer has at most 8 bytes, but this one has {bytes.Length}");
        }

        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private InvalidDataException Refuse(string rule) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_path}: offset {_opcodeAt}: {rule}."));
}
