using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// Finds the codec of a value by its runtime type: framework types, <c>[GenerateSerializer]</c>, then the general codecs. A value whose
/// declared type can have subtypes travels with its type's name.
/// </summary>
internal sealed class CodecCatalog(IEnumerable<IGeneralCodec> generalCodecs)
{
    /// <summary>How deep a value may nest.</summary>
    public const int MaxDepth = 256;

    private const string TypeProperty = "$type";
    private const string ValueProperty = "$value";

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

        RuntimeHelpers.EnsureSufficientExecutionStack();
        var type = value.GetType();
        var codec = Find(type);
        if (IsExact(declared))
        {
            codec.Write(writer, value);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(TypeProperty, TypeNames.Format(value is GrainReference ? typeof(GrainReference) : type));
        writer.WritePropertyName(ValueProperty);
        codec.Write(writer, value);
        writer.WriteEndObject();
    }

    /// <exception cref="SerializerException">The element is no value of the declared type.</exception>
    public object? Read(JsonElement element, Type declared)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return declared.IsValueType && Nullable.GetUnderlyingType(declared) is null ? Activator.CreateInstance(declared) : null;

        if (IsExact(declared))
            return Find(Nullable.GetUnderlyingType(declared) ?? declared).Read(element);

        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(TypeProperty, out var name))
            throw new SerializerException($"A value of {declared} carries its type, but got {element.ValueKind}.");

        var type = TypeNames.TryResolve(name.GetString()!)
            ?? throw new SerializerException($"No loaded assembly has the type \"{name.GetString()}\".");
        if (type != typeof(GrainReference) && !type.IsAssignableTo(declared))
            throw new SerializerException($"A value of {declared} is expected, but got {type}.");

        return Find(type).Read(element.GetProperty(ValueProperty));
    }

    /// <summary>A copy that shares nothing that can change.</summary>
    public object? Copy(Type declared, object? value)
    {
        if (value is null)
            return null;

        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Find(value.GetType()).Copy(value);
    }

    /// <summary>Whether every value of the declared type may be shared.</summary>
    public bool IsShareable(Type declared) => IsExact(declared) && Find(Nullable.GetUnderlyingType(declared) ?? declared).IsShareable;

    private static bool IsExact(Type declared) => declared.IsSealed || declared.IsValueType;

    /// <exception cref="CodecNotFoundException">Nobody knows the type.</exception>
    private ValueCodec Find(Type type) => _codecs.TryGetValue(type, out var known) ? known : _codecs.GetOrAdd(type, Create(type));

    private ValueCodec Create(Type type)
    {
        if (type.IsAssignableTo(typeof(GrainReference)))
            return References;

        if (FrameworkCodecs.Find(type, this) is { } framework)
            return framework;

        if (type.IsAssignableTo(typeof(Exception)))
            return Exceptions;

        if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            return new MemberCodec(this, type);

        foreach (var general in _generalCodecs)
        {
            if (general.Find(type) is { } codec)
                return codec;
        }

        throw new CodecNotFoundException($"Could not find a copier or codec for type {type}.");
    }
}
