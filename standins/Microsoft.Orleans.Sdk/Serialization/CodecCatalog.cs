using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// Finds the codec of a value by its runtime type: framework types, <c>[GenerateSerializer]</c>, then the general codecs. A value whose
/// declared type can have subtypes travels with its type's name.
/// </summary>
internal sealed class CodecCatalog(IEnumerable<IGeneralCodec> generalCodecs)
{
    /// <summary>How deep the JSON of a frame may nest.</summary>
    public const int MaxDepth = 512;

    /// <summary>How deep a value may nest; each level takes up to four of JSON.</summary>
    private const int MaxValueDepth = 100;

    private const string TypeProperty = "$type";
    private const string ValueProperty = "$value";

    [ThreadStatic]
    private static int _depth;

    private readonly ConcurrentDictionary<Type, ValueCodec> _codecs = new();
    private readonly IGeneralCodec[] _generalCodecs = [.. generalCodecs];
    private ReferenceCodec? _references;
    private ExceptionCodec? _exceptions;

    private ReferenceCodec References => _references ??= new();

    private ExceptionCodec Exceptions => _exceptions ??= new(this);

    /// <summary>Supplies what turns grain ids into references again.</summary>
    public void Bind(Calls.GrainCaller caller) => References.Bind(caller);

    public void Write(Utf8JsonWriter writer, Type declared, object? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        var type = value.GetType();
        var codec = Find(type, "codec");
        Enter();
        try
        {
            if (IsExact(declared))
            {
                codec.Write(writer, value);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString(TypeProperty, TypeNames.Format(codec.NamedType ?? type));
            writer.WritePropertyName(ValueProperty);
            codec.Write(writer, value);
            writer.WriteEndObject();
        }
        finally
        {
            _depth--;
        }
    }

    /// <exception cref="SerializerException">The element is no value of the declared type.</exception>
    public object? Read(JsonElement element, Type declared)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return declared.IsValueType && Nullable.GetUnderlyingType(declared) is null ? Activator.CreateInstance(declared) : null;

        if (IsExact(declared))
            return Find(Nullable.GetUnderlyingType(declared) ?? declared, "codec").Read(element);

        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(TypeProperty, out var name))
            throw new SerializerException($"A value of {declared} carries its type, but got {element.ValueKind}.");

        var type = TypeNames.TryResolve(name.GetString()!)
            ?? throw new SerializerException($"No loaded assembly has the type \"{name.GetString()}\".");
        if (type != typeof(GrainReference) && !type.IsAssignableTo(declared))
            throw new SerializerException($"A value of {declared} is expected, but got {type}.");

        return Find(type, "codec").Read(element.GetProperty(ValueProperty));
    }

    /// <summary>The general codec of a type, if one knows it.</summary>
    public ValueCodec? FindGeneral(Type type) =>
        _generalCodecs.Select(general => general.Find(type)).FirstOrDefault(codec => codec is not null);

    /// <summary>A copy that shares nothing that can change.</summary>
    public object? Copy(Type declared, object? value)
    {
        if (value is null)
            return null;

        var codec = Find(value.GetType(), "copier");
        if (codec.IsShareable)
            return value;

        Enter();
        try
        {
            return codec.Copy(value);
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Checks that values of a declared type can be copied: the type itself unless it is abstract, and what it is made of.</summary>
    /// <exception cref="CodecNotFoundException">They cannot.</exception>
    public void Require(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsAbstract || type == typeof(object))
            return;

        Find(type, "copier");
    }

    /// <summary>Whether every value of the declared type may be shared.</summary>
    public bool IsShareable(Type declared) => IsExact(declared) && Find(Nullable.GetUnderlyingType(declared) ?? declared, "copier").IsShareable;

    private static bool IsExact(Type declared) => declared.IsSealed || declared.IsValueType;

    /// <exception cref="NotSupportedException">The value contains itself, or nests very deep.</exception>
    private static void Enter()
    {
        if (_depth >= MaxValueDepth)
        {
            throw new NotSupportedException(
                $"Values that contain themselves, or nest deeper than {MaxValueDepth}, need Microsoft.Orleans.Sdk itself.");
        }

        _depth++;
    }

    /// <param name="type">The type of a value.</param>
    /// <param name="what">What is looked for, as the message says it.</param>
    /// <exception cref="CodecNotFoundException">Nobody knows the type, or a type it is made of.</exception>
    private ValueCodec Find(Type type, string what)
    {
        if (_codecs.TryGetValue(type, out var known))
            return known;

        var codec = Create(type, what);
        // Entered first, as a type may be made of itself.
        if (!_codecs.TryAdd(type, codec))
            return _codecs[type];

        try
        {
            foreach (var part in codec.Parts)
                Require(part);
        }
        catch (CodecNotFoundException)
        {
            _codecs.TryRemove(type, out _);
            throw;
        }

        return codec;
    }

    private ValueCodec Create(Type type, string what)
    {
        if (type.IsAssignableTo(typeof(GrainReference)))
            return References;

        if (FrameworkCodecs.Find(type, this) is { } framework)
            return framework;

        if (type.IsAssignableTo(typeof(Exception)))
            return Exceptions;

        if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            return new MemberCodec(this, type);

        return FindGeneral(type) ?? throw new CodecNotFoundException($"Could not find a {what} for type {type}.");
    }
}
