using System.Text;

namespace TorchSharp.Native;

/// <summary>
/// Calls operators. Arguments are packed on the stack; lists are pinned by being copied there too, or to the heap when long.
/// A failing operator becomes an <see cref="System.Runtime.InteropServices.ExternalException"/> with libtorch's message.
/// </summary>
internal static unsafe class Dispatch
{
    /// <summary>64-bit words of list arguments that fit on the stack; longer ones take the heap.</summary>
    private const int StackWords = 64;

    /// <summary>The one tensor that an operator returns.</summary>
    internal static torch.Tensor Call(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument result = default;
        Invoke(op, arguments, &result, 1);
        return new torch.Tensor((nint)result.Bits);
    }

    /// <summary>Two tensors, as (values, indices).</summary>
    internal static (torch.Tensor, torch.Tensor) CallPair(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results = stackalloc NativeArgument[2];
        Invoke(op, arguments, results, 2);
        return (new torch.Tensor((nint)results[0].Bits), new torch.Tensor((nint)results[1].Bits));
    }

    /// <summary>A list of tensors of which there are at most <paramref name="capacity"/>.</summary>
    internal static torch.Tensor[] CallList(Operator op, long capacity, params ReadOnlySpan<Argument> arguments)
    {
        var results = new NativeArgument[Math.Max(1, capacity)];
        int count;
        fixed (NativeArgument* pointer = results) count = Invoke(op, arguments, pointer, results.Length);
        var tensors = new torch.Tensor[count];
        for (int i = 0; i < count; i++) tensors[i] = new torch.Tensor((nint)results[i].Bits);
        return tensors;
    }

    /// <summary>An integer or a truth value.</summary>
    internal static long CallInteger(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument result = default;
        Invoke(op, arguments, &result, 1);
        return result.Bits;
    }

    /// <summary>A scalar of any kind.</summary>
    internal static Scalar CallScalar(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument result = default;
        Invoke(op, arguments, &result, 1);
        return new Scalar((ArgumentTag)result.Tag, result.Bits);
    }

    /// <summary>For its effect: in-place operators return the tensor they were given, which is not wrapped again.</summary>
    internal static void Run(Operator op, params ReadOnlySpan<Argument> arguments) => Invoke(op, arguments, null, 0);

    private static int Invoke(Operator op, ReadOnlySpan<Argument> arguments, NativeArgument* results, int capacity)
    {
        NativeArgument* packed = stackalloc NativeArgument[arguments.Length];
        int words = 0;
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Argument argument = ref arguments[i];
            if (argument.IsList) words += Words(argument);
            else packed[i] = Plain(argument);
        }

        int count;
        if (words == 0)
        {
            count = NativeMethods.bridge_call(op.Handle, packed, arguments.Length, results, capacity);
        }
        else if (words <= StackWords)
        {
            long* memory = stackalloc long[StackWords];
            PackLists(arguments, packed, memory);
            count = NativeMethods.bridge_call(op.Handle, packed, arguments.Length, results, capacity);
        }
        else
        {
            fixed (long* memory = new long[words])
            {
                PackLists(arguments, packed, memory);
                count = NativeMethods.bridge_call(op.Handle, packed, arguments.Length, results, capacity);
            }
        }
        foreach (ref readonly Argument argument in arguments) GC.KeepAlive(argument.Reference);
        return count >= 0 ? count : throw NativeMethods.LastError();
    }

    private static NativeArgument Plain(in Argument argument) => new()
    {
        Tag = (int)argument.Tag,
        Bits = argument.Tag switch
        {
            ArgumentTag.Tensor => ((torch.Tensor)argument.Reference!).Handle,
            ArgumentTag.Generator => ((torch.Generator)argument.Reference!).Handle,
            _ => argument.Bits,
        },
    };

    /// <summary>The memory that a list takes; at least a word, so that an empty list is one, too.</summary>
    private static int Words(in Argument argument) => argument.Reference is string text
        ? Encoding.UTF8.GetByteCount(text) / sizeof(long) + 1
        : Math.Max(1, ((Array)argument.Reference!).Length);

    private static void PackLists(ReadOnlySpan<Argument> arguments, NativeArgument* packed, long* memory)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Argument argument = ref arguments[i];
            if (!argument.IsList) continue;
            int words = Words(argument);
            packed[i] = new NativeArgument
            {
                Tag = (int)argument.Tag,
                Bits = (long)memory,
                Count = Pack(argument, memory, words),
            };
            memory += words;
        }
    }

    /// <summary>Copies a list, and tells how many elements or bytes it has.</summary>
    private static int Pack(in Argument argument, long* memory, int words)
    {
        switch (argument.Reference)
        {
            case long[] integers:
                integers.CopyTo(new Span<long>(memory, words));
                return integers.Length;
            case torch.Tensor?[] tensors:
                for (int i = 0; i < tensors.Length; i++) memory[i] = tensors[i]?.Handle ?? 0;
                return tensors.Length;
            default:
                return Encoding.UTF8.GetBytes((string)argument.Reference!, new Span<byte>(memory, words * sizeof(long)));
        }
    }
}
