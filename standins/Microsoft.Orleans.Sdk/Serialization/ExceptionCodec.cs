using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Orleans.Serialization;

/// <summary>
/// Exceptions: type, message, stack trace, inner exception and HResult, and the members of a <c>[GenerateSerializer]</c> type. Only types of
/// the framework and of <c>[GenerateSerializer]</c> leave their process, or what a general codec takes; one that the receiver does not
/// know arrives as <see cref="UnavailableExceptionFallbackException"/>. Inside one process exceptions are handed over as they are.
/// </summary>
internal sealed class ExceptionCodec(CodecCatalog catalog) : ValueCodec
{
    private static readonly FieldInfo MessageField = Field("_message");
    private static readonly FieldInfo InnerField = Field("_innerException");

    private readonly ConcurrentDictionary<Type, MemberCodec> _members = new();

    public override bool IsShareable => true;

    public override void Write(Utf8JsonWriter writer, object value)
    {
        var exception = (Exception)value;
        var type = exception.GetType();
        if (!IsRemade(type))
        {
            if (catalog.FindGeneral(type) is not { } general)
                throw new CodecNotFoundException($"Could not find a codec for type {type}.");

            writer.WriteStartObject();
            writer.WriteString("type", TypeNames.Format(type));
            writer.WritePropertyName("general");
            general.Write(writer, value);
            writer.WriteEndObject();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", exception is UnavailableExceptionFallbackException { ExceptionType: { } original }
            ? original
            : TypeNames.Format(type));
        writer.WriteString("message", exception is AggregateException ? (string?)MessageField.GetValue(exception) : exception.Message);
        writer.WriteString("stack", exception.StackTrace);
        writer.WriteNumber("hresult", exception.HResult);
        var inner = exception is AggregateException aggregate ? [.. aggregate.InnerExceptions]
            : exception.InnerException is { } single ? new[] { single } : [];
        writer.WriteStartArray("inner");
        foreach (var item in inner)
            Write(writer, item);
        writer.WriteEndArray();
        if (IsGenerated(type))
        {
            writer.WriteStartObject("members");
            MembersOf(type).WriteMembers(writer, exception);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public override object Read(JsonElement element)
    {
        var name = element.GetProperty("type").GetString()!;
        if (element.TryGetProperty("general", out var general))
        {
            return TypeNames.TryResolve(name) is { } known && catalog.FindGeneral(known) is { } codec
                ? codec.Read(general)
                : new UnavailableExceptionFallbackException { ExceptionType = name };
        }

        var inner = element.GetProperty("inner").EnumerateArray().Select(item => (Exception)Read(item)).ToArray();
        var type = TypeNames.TryResolve(name);
        var exception = type is not null && type.IsAssignableTo(typeof(Exception)) && IsRemade(type)
            ? Make(type, inner)
            : new UnavailableExceptionFallbackException { ExceptionType = name };

        MessageField.SetValue(exception, element.GetProperty("message").GetString());
        if (inner.Length > 0)
            InnerField.SetValue(exception, inner[0]);
        exception.HResult = element.GetProperty("hresult").GetInt32();
        if (element.GetProperty("stack").GetString() is { } stack)
            ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
        if (element.TryGetProperty("members", out var members) && exception.GetType() == type)
            MembersOf(type).ReadMembers(members, exception);
        return exception;
    }

    public override object Copy(object value) => value;

    private static Exception Make(Type type, Exception[] inner)
    {
        if (type == typeof(AggregateException))
            return new AggregateException(inner);

        return type.GetConstructor(Type.EmptyTypes) is { } constructor
            ? (Exception)constructor.Invoke(null)
            : (Exception)RuntimeHelpers.GetUninitializedObject(type);
    }

    private static bool IsRemade(Type type) =>
        IsGenerated(type) || type == typeof(UnavailableExceptionFallbackException) || (type.Namespace is { } space && (space.StartsWith("System", StringComparison.Ordinal)
            || space.StartsWith("Microsoft", StringComparison.Ordinal) || space.StartsWith("Azure", StringComparison.Ordinal)));

    private static bool IsGenerated(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static FieldInfo Field(string name) =>
        typeof(Exception).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    private MemberCodec MembersOf(Type type) => _members.GetOrAdd(type, static (key, owner) => new(owner, key), catalog);
}
