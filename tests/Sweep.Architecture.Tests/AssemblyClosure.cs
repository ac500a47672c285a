using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sweep.Architecture.Tests;

/// <summary>Everything an assembly can make the runtime load, as far as it lies in this test's output folder.</summary>
internal static class AssemblyClosure
{
    /// <returns>Names of the assemblies reachable over references, the given one excluded, ordered by name.</returns>
    public static IReadOnlyList<string> Of(string assembly)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([assembly]);
        while (open.TryDequeue(out var name))
        {
            foreach (var reference in References(name).Where(seen.Add))
            {
                open.Enqueue(reference);
            }
        }

        seen.Remove(assembly);
        return [.. seen];
    }

    private static IReadOnlyList<string> References(string assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
