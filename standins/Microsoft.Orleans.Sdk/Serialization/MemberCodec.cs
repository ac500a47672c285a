using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orleans.Serialization;

/// <summary>
/// Types marked <c>[GenerateSerializer]</c>: the fields that carry, or whose property carries, an <c>[Id]</c>, and those of a record's
/// primary constructor, of the type and its bases.
/// </summary>
internal sealed class MemberCodec : ValueCodec
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly CodecCatalog _catalog;
    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;
    private readonly Dictionary<string, FieldInfo> _members;

    public MemberCodec(CodecCatalog catalog, Type type)
    {
        _catalog = catalog;
        _type = type;
        _constructor = type.IsValueType ? null : type.GetConstructor(Declared, Type.EmptyTypes);
        _members = MembersOf(type);
        IsShareable = type.IsDefined(typeof(ImmutableAttribute), inherit: false);
    }

    public override bool IsShareable { get; }

    public override IEnumerable<Type> Parts => _members.Values.Select(member => member.FieldType);

    public override void Write(Utf8JsonWriter writer, object value)
    {
        writer.WriteStartObject();
        WriteMembers(writer, value);
        writer.WriteEndObject();
    }

    public override object Read(JsonElement element)
    {
        var value = Make();
        ReadMembers(element, value);
        return value;
    }

    public override object Copy(object value)
    {
        if (IsShareable)
            return value;

        var copy = Make();
        foreach (var field in _members.Values)
            field.SetValue(copy, _catalog.Copy(field.FieldType, field.GetValue(value)));
        return copy;
    }

    public void WriteMembers(Utf8JsonWriter writer, object value)
    {
        foreach (var (name, field) in _members)
        {
            writer.WritePropertyName(name);
            _catalog.Write(writer, field.FieldType, field.GetValue(value));
        }
    }

    /// <summary>Fills the members that are present; an absent one keeps the value of a new object.</summary>
    public void ReadMembers(JsonElement element, object value)
    {
        foreach (var (name, field) in _members)
        {
            if (element.TryGetProperty(name, out var held))
                field.SetValue(value, _catalog.Read(held, field.FieldType));
        }
    }

    private static Dictionary<string, FieldInfo> MembersOf(Type type)
    {
        var members = new Dictionary<string, FieldInfo>(StringComparer.Ordinal);
        for (var level = type; level is not null && level != typeof(object) && level != typeof(Exception); level = level.BaseType)
        {
            if (!level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
                continue;

            var primary = PrimaryParameters(level);
            foreach (var field in level.GetFields(Declared))
            {
                var property = PropertyOf(field, level);
                if (field.IsDefined(typeof(IdAttribute)) || property?.IsDefined(typeof(IdAttribute)) == true
                    || (property is not null && primary.Contains(property.Name)))
                {
                    members.Add($"{level.Name}.{property?.Name ?? field.Name}", field);
                }
            }
        }

        return members;
    }

    private static PropertyInfo? PropertyOf(FieldInfo field, Type level) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? level.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Declared)
            : null;

    private static HashSet<string> PrimaryParameters(Type level)
    {
        var isRecord = level.GetMethod("<Clone>$", Declared) is not null || level.GetMethod("PrintMembers", Declared) is not null;
        if (!isRecord)
            return [];

        var primary = level.GetConstructors(Declared)
            .Where(constructor => !constructor.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(constructor => constructor.GetParameters())
            .Where(parameters => parameters.Length > 0 && parameters.All(parameter =>
                level.GetProperty(parameter.Name!, Declared)?.PropertyType == parameter.ParameterType))
            .MaxBy(parameters => parameters.Length);
        return primary is null ? [] : [.. primary.Select(parameter => parameter.Name!)];
    }

    private object Make() => _constructor is null ? RuntimeHelpers.GetUninitializedObject(_type) : _constructor.Invoke(null);
}
