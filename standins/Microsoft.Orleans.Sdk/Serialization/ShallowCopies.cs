using System.Collections.Concurrent;
using System.Net;
using System.Reflection;

namespace Orleans.Serialization;

/// <summary>
/// Types whose values a call hands over as they are, whatever codec would copy them: those marked <c>[Immutable]</c>, and structures of nothing but such.
/// </summary>
internal static class ShallowCopies
{
    private static readonly ConcurrentDictionary<Type, bool> Known = new()
    {
        [typeof(string)] = true,
        [typeof(IPAddress)] = true,
        [typeof(IPEndPoint)] = true,
        [typeof(CancellationToken)] = true,
    };

    public static bool Suit(Type type) => Known.TryGetValue(type, out var known) ? known : Known.GetOrAdd(type, IsSuited(type));

    private static bool IsSuited(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsDefined(typeof(ImmutableAttribute), inherit: false))
            return true;

        return type.IsValueType && type
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .All(field => Suit(field.FieldType));
    }
}
