using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orleans.Serialization;

/// <summary>Collections of one element type, written as an array.</summary>
internal sealed class SequenceCodec<TCollection, TElement>(
    CodecCatalog catalog, Func<IReadOnlyList<TElement?>, TCollection, TCollection> make, TCollection empty, bool shareable = false) : ValueCodec
    where TCollection : IEnumerable<TElement?>
{
    public override bool IsShareable => shareable && catalog.IsShareable(typeof(TElement));

    public override IEnumerable<Type> Parts => [typeof(TElement)];

    public override void Write(Utf8JsonWriter writer, object value)
    {
        Comparers.RequireDefault<TElement>(value);
        writer.WriteStartArray();
        foreach (var element in (TCollection)value)
            catalog.Write(writer, typeof(TElement), element);
        writer.WriteEndArray();
    }

    public override object Read(JsonElement element)
    {
        var items = new List<TElement?>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add((TElement?)catalog.Read(item, typeof(TElement)));
        return make(items, empty)!;
    }

    public override object Copy(object value)
    {
        if (IsShareable)
            return value;

        var original = (TCollection)value;
        if (catalog.IsShareable(typeof(TElement)))
            return make([.. original], original)!;

        return make([.. original.Select(element => (TElement?)catalog.Copy(typeof(TElement), element))], original)!;
    }
}

/// <summary>Maps, written as an array of pairs so that keys may be of any type.</summary>
internal sealed class MapCodec<TMap, TKey, TValue>(
    CodecCatalog catalog, Func<IEnumerable<KeyValuePair<TKey, TValue>>, TMap, TMap> make, TMap empty) : ValueCodec
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
{
    public override IEnumerable<Type> Parts => [typeof(TKey), typeof(TValue)];

    public override void Write(Utf8JsonWriter writer, object value)
    {
        Comparers.RequireDefault<TKey>(value);
        writer.WriteStartArray();
        foreach (var (key, held) in (TMap)value)
        {
            writer.WriteStartArray();
            catalog.Write(writer, typeof(TKey), key);
            catalog.Write(writer, typeof(TValue), held);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    public override object Read(JsonElement element)
    {
        var pairs = new List<KeyValuePair<TKey, TValue>>(element.GetArrayLength());
        foreach (var pair in element.EnumerateArray())
            pairs.Add(new((TKey)catalog.Read(pair[0], typeof(TKey))!, (TValue)catalog.Read(pair[1], typeof(TValue))!));
        return make(pairs, empty)!;
    }

    public override object Copy(object value)
    {
        var original = (TMap)value;
        return make(
            original.Select(pair => new KeyValuePair<TKey, TValue>(
                (TKey)catalog.Copy(typeof(TKey), pair.Key)!, (TValue)catalog.Copy(typeof(TValue), pair.Value)!)),
            original)!;
    }
}

/// <summary>Comparers do not travel: only a collection with its type's default one may.</summary>
internal static class Comparers
{
    /// <exception cref="NotSupportedException">The collection has a comparer of its own.</exception>
    public static void RequireDefault<T>(object collection)
    {
        object? comparer = collection switch
        {
            HashSet<T> set => set.Comparer,
            SortedSet<T> set => set.Comparer,
            System.Collections.Immutable.ImmutableHashSet<T> set => set.KeyComparer,
            _ => collection.GetType().GetProperty("Comparer")?.GetValue(collection)
                ?? collection.GetType().GetProperty("KeyComparer")?.GetValue(collection),
        };
        if (comparer is null || comparer.Equals(EqualityComparer<T>.Default) || comparer.Equals(Comparer<T>.Default)
            || comparer.Equals(StringComparer.Ordinal))
        {
            return;
        }

        throw new NotSupportedException(
            $"A {collection.GetType()} with a comparer of its own ({comparer}) needs Microsoft.Orleans.Sdk itself to leave its process.");
    }
}

/// <summary>Tuples and pairs, written as an array of their items.</summary>
internal sealed class TupleCodec(CodecCatalog catalog, Type type, Type[] items, Func<object, object?[]> split) : ValueCodec
{
    public override IEnumerable<Type> Parts => items;

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartArray();
        var held = split(value);
        for (var i = 0; i < items.Length; i++)
            catalog.Write(writer, items[i], held[i]);
        writer.WriteEndArray();
    }

    public override object Read(JsonElement element) =>
        Activator.CreateInstance(type, [.. items.Select((item, i) => catalog.Read(element[i], item))])!;

    public override object Copy(object value)
    {
        var held = split(value);
        return Activator.CreateInstance(type, [.. items.Select((item, i) => catalog.Copy(item, held[i]))])!;
    }

    public static TupleCodec OfTuple(CodecCatalog catalog, Type type) => new(
        catalog,
        type,
        type.GetGenericArguments(),
        value =>
        {
            var tuple = (ITuple)value;
            var held = new object?[tuple.Length];
            for (var i = 0; i < held.Length; i++)
                held[i] = tuple[i];
            return held;
        });

    public static TupleCodec OfPair(CodecCatalog catalog, Type type)
    {
        var key = type.GetProperty("Key")!;
        var value = type.GetProperty("Value")!;
        return new(catalog, type, type.GetGenericArguments(), pair => [key.GetValue(pair), value.GetValue(pair)]);
    }
}
