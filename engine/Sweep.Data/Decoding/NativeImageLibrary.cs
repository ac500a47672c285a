using System.Reflection;
using System.Runtime.InteropServices;

namespace Sweep.Data.Decoding;

/// <summary>Finds libturbojpeg and libpng under the names that systems give them.</summary>
internal static class NativeImageLibrary
{
    public const string TurboJpeg = "turbojpeg";
    public const string Png = "png16";

    // The names of run-time packages come first: a plain name is only there with the headers.
    private static readonly Dictionary<string, string[]> s_names = new(StringComparer.Ordinal)
    {
        [TurboJpeg] = ["libturbojpeg.so.0", "libturbojpeg.0.dylib", "turbojpeg"],
        [Png] = ["libpng16.so.16", "libpng16.16.dylib", "libpng16", "png16", "png"],
    };

    private static readonly Lazy<bool> s_registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeImageLibrary).Assembly, Resolve);
        return true;
    });

    /// <summary>Call before the first import.</summary>
    public static void Register() => _ = s_registered.Value;

    /// <returns>Whether this machine has it.</returns>
    public static bool IsHere(string library) =>
        s_names[library].Any(name => NativeLibrary.TryLoad(name, typeof(NativeImageLibrary).Assembly, DllImportSearchPath.SafeDirectories, out _));

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var name in s_names.GetValueOrDefault(library, []))
        {
            if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
            {
                return handle;
            }
        }

        return 0; // the runtime's own search, and its error
    }
}
