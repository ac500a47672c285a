using System.Text;

namespace TorchSharp.Native;

/// <summary>An ATen operator by its schema name, found in libtorch at its first use. <see cref="Aten"/> has them.</summary>
internal sealed unsafe class Operator(string name)
{
    private nint handle;

    /// <exception cref="NotSupportedException">This libtorch has no such operator.</exception>
    internal nint Handle => handle != 0 ? handle : handle = Find();

    private nint Find()
    {
        // name or name.overload, of which only the first dot separates.
        string[] parts = name.Split('.', 2);
        fixed (byte* operatorName = Terminated("aten::" + parts[0]))
        fixed (byte* overload = Terminated(parts.Length > 1 ? parts[1] : ""))
        {
            nint found = NativeMethods.bridge_operator(operatorName, overload);
            return found != 0 ? found : throw new NotSupportedException(
                $"The stand-in for the package TorchSharp needs the operator aten::{name}: {NativeMethods.LastError().Message}");
        }
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    public override string ToString() => "aten::" + name;
}
