using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in row-major order, whatever its strides. It keeps the tensor alive.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly T* first;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (!tensor.is_cpu()) throw TensorAccessor.NotOnTheCpu();
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
        first = (T*)tensor.Memory();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>An array of the tensor's rank.</summary>
    public Array ToNDArray()
    {
        if (shape.Length == 0) return ToArray();
        var array = Array.CreateInstance(typeof(T), shape);
        T[] flat = ToArray();
        Buffer.BlockCopy(flat, 0, array, 0, flat.Length * sizeof(T));
        return array;
    }

    /// <summary>One element by its position in each dimension.</summary>
    public T this[params long[] indices]
    {
        get => first[Offset(indices)];
        set => first[Offset(indices)] = value;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> into = array[arrayIndex..];
        long count = Count - tensorIndex;
        if (count > into.Length) throw new ArgumentException("The array is too short for the tensor.");
        if (tensor.is_contiguous())
        {
            new ReadOnlySpan<T>(first + tensorIndex, checked((int)count)).CopyTo(into);
            return;
        }
        for (int i = 0; i < count; i++) into[i] = first[OffsetOf(tensorIndex + i)];
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> from = array[arrayIndex..];
        int count = (int)Math.Min(from.Length, Count - tensorIndex);
        if (tensor.is_contiguous())
        {
            from[..count].CopyTo(new Span<T>(first + tensorIndex, count));
            return;
        }
        for (int i = 0; i < count; i++) first[OffsetOf(tensorIndex + i)] = from[i];
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return ElementAt(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
    }

    private T ElementAt(long position) => first[OffsetOf(position)];

    private long Offset(long[] indices)
    {
        long offset = 0;
        // A tensor without dimensions has one element, at [0] too.
        for (int d = 0; d < Math.Min(indices.Length, shape.Length); d++)
        {
            if (indices[d] < 0 || indices[d] >= shape[d])
                throw new IndexOutOfRangeException($"Index {indices[d]} is out of range for dimension {d} of length {shape[d]}.");
            offset += indices[d] * strides[d];
        }
        return offset;
    }

    private long OffsetOf(long position)
    {
        long offset = 0;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            (position, long index) = Math.DivRem(position, shape[d]);
            offset += index * strides[d];
        }
        return offset;
    }
}

internal static class TensorAccessor
{
    internal static InvalidOperationException NotOnTheCpu() => new(
        "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
}
