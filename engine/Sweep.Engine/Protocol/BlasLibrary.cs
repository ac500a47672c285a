using System.Diagnostics;
using static TorchSharp.torch;

namespace Sweep.Engine.Protocol;

/// <summary>Which BLAS multiplies matrices here, and how fast. The reference BLAS is about ten times slower than the others.</summary>
public static class BlasLibrary
{
    private const string Maps = "/proc/self/maps";

    private static readonly string[] s_known = ["libopenblas", "libmkl_rt", "libmkl", "libblis", "libatlas", "libcblas", "libblas"];

    /// <returns>The name of a loaded BLAS library's file; null where it cannot be told.</returns>
    public static string? Find()
    {
        Multiply(1, 8);
        if (!File.Exists(Maps))
        {
            return null;
        }

        var files = File.ReadLines(Maps)
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .Where(path => path.StartsWith('/'))
            .Distinct()
            .ToList();
        return s_known
            .SelectMany(known => files.Where(path => Path.GetFileName(path).StartsWith(known, StringComparison.Ordinal)))
            .FirstOrDefault();
    }

    /// <returns>10⁹ floating-point operations a second in products of 512 x 512 matrices.</returns>
    public static double GigaflopsPerSecond()
    {
        const int Repeats = 20;
        const int Size = 512;
        Multiply(3, Size);
        var watch = Stopwatch.StartNew();
        Multiply(Repeats, Size);
        return 2.0 * Size * Size * Size * Repeats / watch.Elapsed.TotalSeconds / 1e9;
    }

    private static void Multiply(int repeats, int size)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var a = ones(size, size);
        for (var i = 0; i < repeats; i++)
        {
            a.matmul(a).Dispose();
        }
    }
}
