using System.Text.Json;
using Orleans.Calls;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Wire;

/// <summary>A call as it arrives; after <paramref name="TimeToLive"/> nobody waits for it.</summary>
internal sealed record ReceivedCall(
    GrainId Target,
    InterfacePlan Interface,
    MethodPlan Method,
    object?[] Arguments,
    Dictionary<string, object>? Context,
    TimeSpan TimeToLive);

/// <summary>Calls and results as frames.</summary>
internal sealed class CallFrames(CodecCatalog codecs)
{
    public byte[] WriteCall(PendingCall call, long id) => Frames.Write(Frames.Call, writer =>
    {
        writer.WriteNumber("id", id);
        writer.WriteString("grain", call.Target.ToString());
        writer.WriteString("interface", TypeNames.Format(call.Interface.Type));
        writer.WriteString("method", call.Method.Name);
        writer.WriteNumber("ttl", (long)call.Timeout.TotalMilliseconds);
        writer.WriteStartArray("arguments");
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (i == call.Method.TokenIndex)
                writer.WriteNullValue();
            else
                codecs.Write(writer, call.Method.Parameters[i], call.Arguments[i]);
        }

        writer.WriteEndArray();
        if (call.RequestContext is { Count: > 0 } context)
        {
            writer.WritePropertyName("context");
            codecs.Write(writer, typeof(object), context);
        }
    });

    /// <summary>The parts of a call frame.</summary>
    /// <exception cref="OrleansException">The interface or method is unknown here.</exception>
    public ReceivedCall ReadCall(JsonElement frame)
    {
        var target = GrainId.Parse(frame.GetProperty("grain").GetString()!);
        var interfaceName = frame.GetProperty("interface").GetString()!;
        var type = TypeNames.TryResolve(interfaceName)
            ?? throw new OrleansException($"No assembly of this silo has the grain interface \"{interfaceName}\".");
        var plan = InterfacePlan.Of(type);
        var name = frame.GetProperty("method").GetString()!;
        var method = plan.Find(name) ?? throw new OrleansException($"The interface {plan.Name} of this silo has no method \"{name}\".");
        var held = frame.GetProperty("arguments");
        var arguments = new object?[method.Parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = i == method.TokenIndex ? CancellationToken.None : codecs.Read(held[i], method.Parameters[i]);
        var context = frame.TryGetProperty("context", out var values)
            ? (Dictionary<string, object>?)codecs.Read(values, typeof(object))
            : null;
        return new(target, plan, method, arguments, context, TimeSpan.FromMilliseconds(frame.GetProperty("ttl").GetInt64()));
    }

    public byte[] WriteResult(long id, MethodPlan method, object? result) => Frames.Write(Frames.Result, writer =>
    {
        writer.WriteNumber("id", id);
        if (method.Return.Result is { } type)
        {
            writer.WritePropertyName("value");
            codecs.Write(writer, type, result);
        }
    });

    public byte[] WriteError(long id, Exception exception) => Frames.Write(Frames.Result, writer =>
    {
        writer.WriteNumber("id", id);
        writer.WritePropertyName("error");
        codecs.Write(writer, typeof(object), exception);
    });

    /// <summary>Completes a call with the result frame that answers it.</summary>
    public void Complete(PendingCall call, JsonElement frame)
    {
        try
        {
            if (frame.TryGetProperty("error", out var error))
                call.TrySetException((Exception)codecs.Read(error, typeof(object))!);
            else if (call.Method.Return.Result is { } type)
                call.TrySetResult(codecs.Read(frame.GetProperty("value"), type));
            else
                call.TrySetResult(null);
        }
        catch (Exception exception)
        {
            call.TrySetException(exception);
        }
    }
}
