using System.Text.Json;

namespace Orleans.Serialization;

/// <summary>Writes, reads and copies the values of one runtime type; null never reaches it.</summary>
internal abstract class ValueCodec
{
    /// <summary>Whether values never change, so that a copy is the value itself.</summary>
    public virtual bool IsShareable => false;

    /// <summary>The type that values are named by on the wire; null for their own.</summary>
    public virtual Type? NamedType => null;

    /// <summary>Declared types of what values are made of; each must have a codec.</summary>
    public virtual IEnumerable<Type> Parts => [];

    public abstract void Write(Utf8JsonWriter writer, object value);

    public abstract object Read(JsonElement element);

    public abstract object Copy(object value);
}

/// <summary>A codec for types that neither the framework nor <c>[GenerateSerializer]</c> covers.</summary>
internal interface IGeneralCodec
{
    /// <returns>The codec, or null if the type is none of this codec's.</returns>
    ValueCodec? Find(Type type);
}

/// <summary>Values that System.Text.Json writes exactly and that never change.</summary>
internal sealed class PlainCodec<T> : ValueCodec
    where T : notnull
{
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        MaxDepth = CodecCatalog.MaxDepth,
    };

    public override bool IsShareable => true;

    public override void Write(Utf8JsonWriter writer, object value) => JsonSerializer.Serialize(writer, (T)value, Options);

    public override object Read(JsonElement element) => element.Deserialize<T>(Options)!;

    public override object Copy(object value) => value;
}

/// <summary>Values that never change and have a text.</summary>
internal sealed class TextCodec<T>(Func<T, string> format, Func<string, T> parse) : ValueCodec
    where T : notnull
{
    public override bool IsShareable => true;

    public override Type? NamedType => typeof(T);

    public override void Write(Utf8JsonWriter writer, object value) => writer.WriteStringValue(format((T)value));

    public override object Read(JsonElement element) => parse(element.GetString()!);

    public override object Copy(object value) => value;
}

/// <summary>Enumerations, as their underlying number.</summary>
internal sealed class EnumCodec(Type type, ValueCodec underlying) : ValueCodec
{
    private readonly Type _number = Enum.GetUnderlyingType(type);

    public override bool IsShareable => true;

    public override void Write(Utf8JsonWriter writer, object value) =>
        underlying.Write(writer, Convert.ChangeType(value, _number, System.Globalization.CultureInfo.InvariantCulture));

    public override object Read(JsonElement element) => Enum.ToObject(type, underlying.Read(element));

    public override object Copy(object value) => value;
}

/// <summary>Bytes, as base64.</summary>
internal sealed class BytesCodec<T>(Func<T, byte[]> bytes, Func<byte[], T> make) : ValueCodec
    where T : notnull
{
    public override void Write(Utf8JsonWriter writer, object value) => writer.WriteBase64StringValue(bytes((T)value));

    public override object Read(JsonElement element) => make(element.GetBytesFromBase64());

    public override object Copy(object value) => make([.. bytes((T)value)]);
}
