using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>
/// Finds grain classes and interfaces: the assemblies of the application that refer to the Sdk. (The packages do this at compile time.)
/// </summary>
internal static class GrainAssemblies
{
    private static readonly Lazy<IReadOnlyList<Type>> Types = new(FindTypes);

    public static void AddTo(GrainTypeOptions options)
    {
        foreach (var type in Types.Value)
        {
            if (type.IsInterface)
                options.Interfaces.Add(type);
            else
                options.Classes.Add(type);
        }
    }

    private static List<Type> FindTypes()
    {
        var sdk = typeof(GrainAssemblies).Assembly.GetName().Name!;
        foreach (var path in ApplicationFiles())
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var isLoaded = AssemblyLoadContext.Default.Assemblies.Any(assembly => assembly.GetName().Name == name);
            if (!isLoaded && RefersTo(path, sdk))
                AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        }

        // The default context alone: a test host or a plug-in may hold a second copy of an assembly in a context of its own.
        return [.. AssemblyLoadContext.Default.Assemblies
            .Where(assembly => !assembly.IsDynamic && (assembly.GetName().Name == sdk
                || assembly.GetReferencedAssemblies().Any(reference => reference.Name == sdk)))
            .SelectMany(TypesOf)
            .Where(type => type.IsAssignableTo(typeof(IGrain)) && !type.IsAssignableTo(typeof(GrainReference)))
            .Where(type => type.IsInterface
                ? type.Assembly.GetName().Name != sdk
                : type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false })];
    }

    /// <summary>What the host may load from the application's own folder.</summary>
    private static IEnumerable<string> ApplicationFiles()
    {
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? string.Empty;
        return trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(path => path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal));
    }

    private static bool RefersTo(string path, string assembly)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        if (!image.HasMetadata)
            return false;

        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences.Any(handle => metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, assembly));
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            // An assembly of the application may name optional dependencies that are not deployed.
            return exception.Types.OfType<Type>();
        }
    }
}
