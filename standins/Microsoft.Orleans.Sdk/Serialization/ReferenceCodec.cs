using System.Text.Json;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>Grain references: the id and the interface.</summary>
internal sealed class ReferenceCodec : ValueCodec
{
    private GrainCaller? _caller;

    public override bool IsShareable => true;

    public override Type? NamedType => typeof(GrainReference);

    public void Bind(GrainCaller caller) => _caller = caller;

    public override void Write(Utf8JsonWriter writer, object value)
    {
        var reference = (GrainReference)value;
        writer.WriteStartArray();
        writer.WriteStringValue(reference.GrainId.ToString());
        writer.WriteStringValue(TypeNames.Format(reference.Interface.Type));
        writer.WriteEndArray();
    }

    public override object Read(JsonElement element)
    {
        var name = element[1].GetString()!;
        var type = TypeNames.TryResolve(name)
            ?? throw new SerializerException($"No loaded assembly has the grain interface \"{name}\".");
        var caller = _caller ?? throw new InvalidOperationException("A grain reference is read only by a running silo or client.");
        return caller.MakeReference(GrainId.Parse(element[0].GetString()!), type);
    }

    public override object Copy(object value) => value;
}
