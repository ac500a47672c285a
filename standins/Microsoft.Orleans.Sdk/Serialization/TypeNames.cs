using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace Orleans.Serialization;

/// <summary>Names of types on the wire: full name and simple assembly name, without versions.</summary>
internal static class TypeNames
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();
    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    public static string Format(Type type) => Names.GetOrAdd(type, static key => Append(new(), key).ToString());

    /// <returns>The type, or null if no assembly of the application or the framework has it.</returns>
    public static Type? TryResolve(string name)
    {
        if (Types.TryGetValue(name, out var known))
            return known;

        Type? type;
        try
        {
            type = Type.GetType(name, FindAssembly, null, throwOnError: false);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or BadImageFormatException or TypeLoadException)
        {
            return null;
        }

        // A peer could fill the cache with names of made-up array or generic types: keep what is plausible in number.
        if (type is not null && Types.Count < 10_000)
            Types.TryAdd(name, type);
        return type;
    }

    private static StringBuilder Append(StringBuilder text, Type type)
    {
        if (type.IsSZArray)
        {
            var element = Append(new(), type.GetElementType()!).ToString();
            var comma = element.LastIndexOf(", ", StringComparison.Ordinal);
            return text.Append(element, 0, comma).Append("[]").Append(element, comma, element.Length - comma);
        }

        var definition = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        text.Append(definition.FullName);
        if (type.IsConstructedGenericType)
        {
            var separator = "[[";
            foreach (var argument in type.GetGenericArguments())
            {
                Append(text.Append(separator), argument);
                separator = "],[";
            }

            text.Append("]]");
        }

        return text.Append(", ").Append(type.Assembly.GetName().Name);
    }

    private static Assembly? FindAssembly(AssemblyName name)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (string.Equals(assembly.GetName().Name, name.Name, StringComparison.Ordinal))
                return assembly;
        }

        // Finds what is deployed with the application and the framework, nothing else.
        return Assembly.Load(name);
    }
}
