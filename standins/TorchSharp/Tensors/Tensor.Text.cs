namespace TorchSharp;

public static partial class torch
{
    // What a tensor looks like in a debugger or a message.
    public partial class Tensor
    {
        /// <summary>Shape, element type and device; the elements are not printed.</summary>
        public override string ToString() =>
            handle == 0 ? "" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }
}
