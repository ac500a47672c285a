namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place of an index expression: position, slice, ellipsis, new axis, truth value or tensor.</summary>
    public struct TensorIndex
    {
        internal enum Kind { None, Single, Null, Ellipsis, Bool, Tensor, Slice }

        internal long? First;
        internal long? Stop;
        internal long? Step;
        internal Kind Role;
        internal Tensor? Positions;

        /// <summary>Everything along one dimension: <c>:</c>.</summary>
        public static TensorIndex Colon = Slice();

        /// <summary>As many full slices as are left: <c>...</c>.</summary>
        public static TensorIndex Ellipsis = new() { Role = Kind.Ellipsis };

        /// <summary>A new axis of length 1.</summary>
        public static TensorIndex None = new() { Role = Kind.None };

        /// <summary>The same as <see cref="None"/>.</summary>
        public static TensorIndex Null = new() { Role = Kind.Null };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { First = start, Stop = stop, Step = step, Role = Kind.Slice };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        public static TensorIndex Bool(bool value) => new() { First = value ? 1 : 0, Role = Kind.Bool };

        public static TensorIndex Single(long? index) => new() { First = index, Role = Kind.Single };

        public static TensorIndex Tensor(Tensor tensor) => new() { Positions = tensor, Role = Kind.Tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
    }
}
