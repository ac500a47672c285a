using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Net;
using System.Numerics;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>The codecs of the framework's own types.</summary>
internal static class FrameworkCodecs
{
    private static readonly Dictionary<Type, ValueCodec> Plain = new ValueCodec[]
    {
        new PlainCodec<bool>(), new PlainCodec<byte>(), new PlainCodec<sbyte>(), new PlainCodec<short>(), new PlainCodec<ushort>(),
        new PlainCodec<int>(), new PlainCodec<uint>(), new PlainCodec<long>(), new PlainCodec<ulong>(), new PlainCodec<Int128>(),
        new PlainCodec<UInt128>(), new PlainCodec<Half>(), new PlainCodec<float>(), new PlainCodec<double>(), new PlainCodec<decimal>(),
        new PlainCodec<char>(), new PlainCodec<string>(), new PlainCodec<Guid>(), new PlainCodec<DateTime>(),
        new PlainCodec<DateTimeOffset>(), new PlainCodec<TimeSpan>(), new PlainCodec<DateOnly>(), new PlainCodec<TimeOnly>(),
        new PlainCodec<Uri>(), new PlainCodec<Version>(),
        new TextCodec<BigInteger>(
            value => value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            text => BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        new TextCodec<IPAddress>(value => value.ToString(), IPAddress.Parse),
        new TextCodec<IPEndPoint>(value => value.ToString(), IPEndPoint.Parse),
        new TextCodec<SiloAddress>(value => value.ToParsableString(), SiloAddress.FromParsableString),
        new TextCodec<IdSpan>(value => value.ToString(), IdSpan.Create),
        new TextCodec<GrainType>(value => value.ToString(), GrainType.Create),
        new TextCodec<GrainId>(value => value.ToString(), GrainId.Parse),
        new BytesCodec<byte[]>(value => value, bytes => bytes),
        new BytesCodec<ReadOnlyMemory<byte>>(value => value.ToArray(), bytes => bytes),
        new BytesCodec<Memory<byte>>(value => value.ToArray(), bytes => bytes),
    }.ToDictionary(codec => codec.GetType().GetGenericArguments()[0]);

    private static readonly Dictionary<Type, string> Generic = new()
    {
        [typeof(List<>)] = nameof(ListOf),
        [typeof(HashSet<>)] = nameof(HashSetOf),
        [typeof(SortedSet<>)] = nameof(SortedSetOf),
        [typeof(Queue<>)] = nameof(QueueOf),
        [typeof(Stack<>)] = nameof(StackOf),
        [typeof(Collection<>)] = nameof(CollectionOf),
        [typeof(ReadOnlyCollection<>)] = nameof(ReadOnlyCollectionOf),
        [typeof(ImmutableArray<>)] = nameof(ImmutableArrayOf),
        [typeof(ImmutableList<>)] = nameof(ImmutableListOf),
        [typeof(ImmutableHashSet<>)] = nameof(ImmutableHashSetOf),
        [typeof(Dictionary<,>)] = nameof(DictionaryOf),
        [typeof(SortedDictionary<,>)] = nameof(SortedDictionaryOf),
        [typeof(ConcurrentDictionary<,>)] = nameof(ConcurrentDictionaryOf),
        [typeof(ReadOnlyDictionary<,>)] = nameof(ReadOnlyDictionaryOf),
        [typeof(ImmutableDictionary<,>)] = nameof(ImmutableDictionaryOf),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(ImmutableSortedDictionaryOf),
    };

    public static ValueCodec? Find(Type type, CodecCatalog catalog)
    {
        if (Plain.TryGetValue(type, out var plain))
            return plain;

        if (type.IsAssignableTo(typeof(IPAddress)))
            return Plain[typeof(IPAddress)];

        if (type.IsEnum)
            return new EnumCodec(type, Plain[Enum.GetUnderlyingType(type)]);

        if (type.IsSZArray)
            return Make(nameof(ArrayOf), [type.GetElementType()!], catalog);

        if (!type.IsConstructedGenericType)
            return null;

        if (type.IsAssignableTo(typeof(System.Runtime.CompilerServices.ITuple)) && type.FullName!.StartsWith("System.", StringComparison.Ordinal))
            return TupleCodec.OfTuple(catalog, type);

        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(KeyValuePair<,>))
            return TupleCodec.OfPair(catalog, type);

        return Generic.TryGetValue(definition, out var maker) ? Make(maker, type.GetGenericArguments(), catalog) : null;
    }

    private static ValueCodec Make(string maker, Type[] arguments, CodecCatalog catalog) => (ValueCodec)typeof(FrameworkCodecs)
        .GetMethod(maker, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, [catalog])!;

    private static SequenceCodec<T?[], T> ArrayOf<T>(CodecCatalog catalog) => new(catalog, (items, _) => [.. items], []);

    private static SequenceCodec<List<T?>, T> ListOf<T>(CodecCatalog catalog) => new(catalog, (items, _) => [.. items], []);

    private static SequenceCodec<HashSet<T?>, T> HashSetOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, like) => new(items, like.Comparer), []);

    private static SequenceCodec<SortedSet<T?>, T> SortedSetOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, like) => new(items, like.Comparer), []);

    private static SequenceCodec<Queue<T?>, T> QueueOf<T>(CodecCatalog catalog) => new(catalog, (items, _) => new(items), new());

    private static SequenceCodec<Stack<T?>, T> StackOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, _) => new(items.Reverse()), new());

    private static SequenceCodec<Collection<T?>, T> CollectionOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, _) => new([.. items]), []);

    private static SequenceCodec<ReadOnlyCollection<T?>, T> ReadOnlyCollectionOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, _) => new([.. items]), ReadOnlyCollection<T?>.Empty);

    private static SequenceCodec<ImmutableArray<T?>, T> ImmutableArrayOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, _) => [.. items], [], shareable: true);

    private static SequenceCodec<ImmutableList<T?>, T> ImmutableListOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, _) => [.. items], [], shareable: true);

    private static SequenceCodec<ImmutableHashSet<T?>, T> ImmutableHashSetOf<T>(CodecCatalog catalog) =>
        new(catalog, (items, like) => like.Clear().Union(items), [], shareable: true);

    private static MapCodec<Dictionary<TKey, TValue>, TKey, TValue> DictionaryOf<TKey, TValue>(CodecCatalog catalog)
        where TKey : notnull => new(catalog, (pairs, like) => new(pairs, like.Comparer), []);

    private static MapCodec<SortedDictionary<TKey, TValue>, TKey, TValue> SortedDictionaryOf<TKey, TValue>(CodecCatalog catalog)
        where TKey : notnull => new(
            catalog, (pairs, like) => new(new Dictionary<TKey, TValue>(pairs), like.Comparer), new());

    private static MapCodec<ConcurrentDictionary<TKey, TValue>, TKey, TValue> ConcurrentDictionaryOf<TKey, TValue>(CodecCatalog catalog)
        where TKey : notnull => new(catalog, (pairs, like) => new(pairs, like.Comparer), new());

    private static MapCodec<ReadOnlyDictionary<TKey, TValue>, TKey, TValue> ReadOnlyDictionaryOf<TKey, TValue>(CodecCatalog catalog)
        where TKey : notnull => new(
            catalog, (pairs, _) => new(new Dictionary<TKey, TValue>(pairs)), ReadOnlyDictionary<TKey, TValue>.Empty);

    private static MapCodec<ImmutableDictionary<TKey, TValue>, TKey, TValue> ImmutableDictionaryOf<TKey, TValue>(CodecCatalog catalog)
        where TKey : notnull => new(
            catalog, (pairs, like) => like.Clear().AddRange(pairs), ImmutableDictionary<TKey, TValue>.Empty);

    private static MapCodec<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue> ImmutableSortedDictionaryOf<TKey, TValue>(
        CodecCatalog catalog)
        where TKey : notnull => new(
            catalog, (pairs, like) => like.Clear().AddRange(pairs), ImmutableSortedDictionary<TKey, TValue>.Empty);
}
