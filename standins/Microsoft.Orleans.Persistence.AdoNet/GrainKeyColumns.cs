using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// A grain's key as the columns that hold it. A key that reads as a GUID or as a hexadecimal integer, alone or before a '+', is stored as
/// that number, whatever kind of key the grain has; every other key as text.
/// </summary>
/// <param name="N0">First half of a GUID, else 0.</param>
/// <param name="N1">Second half of a GUID, or the integer, else 0.</param>
/// <param name="Text">The key, or what follows the '+' of a number; null when nothing does.</param>
internal sealed record GrainKeyColumns(long N0, long N1, string? Text, int Hash)
{
    private const int GuidDigits = 32;
    private const byte Separator = (byte)'+';

    public static GrainKeyColumns Of(GrainId grain)
    {
        var key = grain.Key.AsSpan();
        if (ReadGuid(key, out var guid, out var extension))
        {
            var bytes = guid.ToByteArray();
            return new(
                BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), extension, HashOf(bytes, extension));
        }

        if (ReadInteger(key, out var integer, out extension))
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, integer);
            return new(0, integer, extension, HashOf(bytes, extension));
        }

        var text = grain.Key.ToString();
        return new(0, 0, text, HashOf([], text));
    }

    public override string ToString() => (N0, N1) == (0, 0) && Text is not null
        ? Text
        : string.Create(CultureInfo.InvariantCulture, $"{N0:x16}{N1:x16}{(Text is null ? "" : "#" + Text)}");

    private static bool ReadGuid(ReadOnlySpan<byte> key, out Guid guid, out string? extension)
    {
        extension = null;
        if (key.Length > GuidDigits && key[GuidDigits] == Separator)
        {
            extension = Encoding.UTF8.GetString(key[(GuidDigits + 1)..]);
            key = key[..GuidDigits];
        }

        guid = default;
        return key.Length == GuidDigits && Utf8Parser.TryParse(key, out guid, out var read, 'N') && read == GuidDigits;
    }

    private static bool ReadInteger(ReadOnlySpan<byte> key, out long integer, out string? extension)
    {
        extension = null;
        if (key.IndexOf(Separator) is >= 0 and var at)
        {
            extension = Encoding.UTF8.GetString(key[(at + 1)..]);
            key = key[..at];
        }

        return Utf8Parser.TryParse(key, out integer, out var read, 'X') && read == key.Length;
    }

    /// <summary>Over number and text, last byte first.</summary>
    private static int HashOf(ReadOnlySpan<byte> number, string? text)
    {
        byte[] bytes = [.. number, .. Encoding.UTF8.GetBytes(text ?? "")];
        Array.Reverse(bytes);
        return XxHash32.Stored(bytes);
    }
}
