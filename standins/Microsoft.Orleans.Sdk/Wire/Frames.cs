using System.Buffers;
using System.Text.Json;

namespace Orleans.Wire;

/// <summary>The kinds of frames and how they are written; a frame is one JSON object.</summary>
internal static class Frames
{
    public const string Kind = "kind";
    public const string Hello = "hello";
    public const string Welcome = "welcome";
    public const string Refuse = "refuse";
    public const string Call = "call";
    public const string Result = "result";
    public const string Abandon = "abandon";
    public const string Ping = "ping";
    public const string Pong = "pong";
    public const string Members = "members";
    public const string Leave = "leave";

    public static byte[] Write(string kind, Action<Utf8JsonWriter>? body = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, new() { MaxDepth = Serialization.CodecCatalog.MaxDepth }))
        {
            writer.WriteStartObject();
            writer.WriteString(Kind, kind);
            body?.Invoke(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
